"""Confirmations: the tokens by which the owners of endpoints agree to be notified.

See https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.sim.instants import SECOND, Instant

_TOKEN_BITS = 896


class _Issued(NamedTuple):
    subscription: Subscription
    expires_at: Instant


class Confirmations:
    """Gives out tokens, and knows whose each is.

    Args:
        chance: Where tokens come from.
    """

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._issued: dict[str, _Issued] = {}

    def token(self, subscription: Subscription, now: Instant) -> str:
        """A token that confirms *subscription* within two days."""
        token = f"{self._chance.getrandbits(_TOKEN_BITS):0{_TOKEN_BITS // 4}x}"
        self._issued[token] = _Issued(subscription, now + limits.TOKEN_AGE * SECOND)
        return token

    def subscription(self, topic_arn: str, token: str, now: Instant) -> Subscription:
        """The subscription to that topic that *token* was given out for.

        Raises:
            InvalidParameter: There is none, or the token is too old.
        """
        issued = self._issued.get(token)
        if issued is None or issued.subscription.topic_arn != topic_arn or issued.expires_at <= now:
            raise InvalidParameter("Token")
        return issued.subscription
