"""The links in SNS's messages, by which people and programs confirm a subscription or end it."""

from __future__ import annotations

import re
from collections.abc import Callable

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.wire.dispatch import Dispatch
from pytest_fakeaws.wire.web import Page

_LINK = re.compile(
    r"https?://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/?\?(.*&)?"
    r"Action=(ConfirmSubscription|Unsubscribe)(&.*)?"
)


class SubscriptionLinks:
    """Lets whoever visits such a link call the operation in it.

    Args:
        dispatch: Returns the dispatch to use; a reset makes a new one.
        caller: Tells the account and region of a visitor, by access key, which it has none of, and region.
    """

    def __init__(
        self, dispatch: Callable[[], Dispatch], caller: Callable[[str, str], Place]
    ) -> None:
        self._dispatch = dispatch
        self._caller = caller

    def __call__(self, url: str) -> Page | None:
        """What AWS answers, if *url* is such a link."""
        if not _LINK.fullmatch(url):
            return None
        from pytest_fakeaws.wire.front_door import FrontDoor
        from pytest_fakeaws.wire.protocols.http import Request

        response = FrontDoor(self._dispatch, self._caller).answer(Request("GET", url))
        kind = response.headers.get("content-type", "text/xml")
        return Page(response.body, kind, response.status)
