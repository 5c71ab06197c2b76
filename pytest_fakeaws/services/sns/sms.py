"""Text messages: an account's settings, who wants none, and the sandbox.

See https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.errors import (
    InvalidParameter,
    InvalidRequest,
    ResourceNotFound,
    UserError,
    VerificationFailed,
)
from pytest_fakeaws.services.sns.topic_attributes import anything, one_of, role, whole
from pytest_fakeaws.sim.instants import SECOND, Instant

_PASSWORD_DIGITS = 6
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}")
_AMOUNT = re.compile(r"\d{1,9}")


class Setting:
    """One of the settings for text messages.

    Args:
        valid: Whether a value may stand.
        refusal: What AWS says of one that may not.
    """

    def __init__(self, valid: Callable[[str], bool], refusal: str = "{name} is invalid") -> None:
        self.valid = valid
        self.refusal = refusal


SETTINGS: Mapping[str, Setting] = {
    "MonthlySpendLimit": Setting(lambda text: _AMOUNT.fullmatch(text) is not None),
    "DeliveryStatusIAMRole": Setting(role),
    "DeliveryStatusSuccessSamplingRate": Setting(whole(limits.SAMPLE_RATE)),
    # AWS's own text calls it by another name than its API does.
    "DefaultSenderID": Setting(
        lambda text: _SENDER_ID.fullmatch(text) is not None,
        "DefaultSendID is not a valid attribute",
    ),
    "DefaultSMSType": Setting(one_of("Promotional", "Transactional")),
    "UsageReportS3Bucket": Setting(anything),
}
"""See https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html."""


@dataclass
class SandboxNumber:
    """A telephone number of the sandbox.

    Attributes:
        number: The number.
        password: What was sent there.
        sent_at: When.
        verified_at: When it was verified, if it was.
    """

    number: str
    password: str
    sent_at: Instant
    verified_at: Instant | None = None

    @property
    def status(self) -> str:
        """`Pending` or `Verified`."""
        return "Pending" if self.verified_at is None else "Verified"


@dataclass
class SmsAccount:
    """The text messages of one account in one region.

    Attributes:
        settings: What was set.
        opted_out: The numbers that want no messages.
        opted_in_at: When a number was last opted in.
        sandbox: The numbers of the sandbox.
    """

    settings: dict[str, str] = field(default_factory=dict)
    opted_out: set[str] = field(default_factory=set)
    opted_in_at: dict[str, Instant] = field(default_factory=dict)
    sandbox: dict[str, SandboxNumber] = field(default_factory=dict)

    def set(self, given: Mapping[str, str]) -> None:
        """Change settings, all or none.

        Raises:
            InvalidRequest: There is no such setting, or no such value of it.
        """
        for name, text in given.items():
            setting = SETTINGS.get(name)
            if setting is None:
                raise InvalidRequest(f"{name} is not a valid attribute")
            if text and not setting.valid(text):
                raise InvalidRequest(setting.refusal.format(name=name))
        merged = {**self.settings, **given}
        self.settings = {name: text for name, text in merged.items() if text}

    def opt_in(self, number: str, now: Instant) -> None:
        """Let *number* have messages again.

        Raises:
            InvalidParameter: It was opted in less than thirty days ago.
        """
        if number not in self.opted_out:
            return
        last = self.opted_in_at.get(number)
        if last is not None and now < last + limits.OPT_IN_INTERVAL * SECOND:
            raise InvalidParameter(
                f"phoneNumber Reason: {number} can be opted in only once every 30 days"
            )
        self.opted_out.remove(number)
        self.opted_in_at[number] = now

    # The sandbox

    def add(self, number: str, now: Instant, chance: Random) -> SandboxNumber:
        """Let *number* be verified by a new one-time password.

        Raises:
            UserError: The sandbox is full, or the number is verified.
        """
        known = self.sandbox.get(number)
        if known is not None and known.verified_at is not None:
            raise UserError(f"Phone number {number} is already verified")
        if known is None and len(self.sandbox) >= limits.SANDBOX_NUMBERS:
            raise UserError(
                f"An account can have at most {limits.SANDBOX_NUMBERS} phone numbers in the SMS sandbox"
            )
        password = f"{chance.randrange(10**_PASSWORD_DIGITS):0{_PASSWORD_DIGITS}}"
        self.sandbox[number] = added = SandboxNumber(number, password, now)
        return added

    def verify(self, number: str, password: str, now: Instant) -> None:
        """Verify *number* by the password that was sent there.

        Raises:
            ResourceNotFound: The number is none of the sandbox's.
            VerificationFailed: The password is wrong or too old.
        """
        pending = self._number(number)
        expired = pending.sent_at + limits.PASSWORD_AGE * SECOND <= now
        if pending.verified_at is None and (expired or password != pending.password):
            raise VerificationFailed
        pending.verified_at = now

    def remove(self, number: str, now: Instant) -> None:
        """Take *number* out of the sandbox.

        Raises:
            ResourceNotFound: It is none of the sandbox's.
            UserError: It was verified less than a day ago.
        """
        verified_at = self._number(number).verified_at
        if verified_at is not None and now < verified_at + limits.VERIFIED_FOR * SECOND:
            raise UserError("A verified phone number can be deleted 24 hours after it was verified")
        del self.sandbox[number]

    def _number(self, number: str) -> SandboxNumber:
        if number not in self.sandbox:
            raise ResourceNotFound("Phone number does not exist")
        return self.sandbox[number]


class Sms:
    """The text messages of all accounts.

    Args:
        chance: Where one-time passwords come from.

    Attributes:
        chance: The same.
    """

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._accounts: dict[Place, SmsAccount] = defaultdict(SmsAccount)

    def account(self, place: Place) -> SmsAccount:
        """What an account has in a region."""
        return self._accounts[place]
