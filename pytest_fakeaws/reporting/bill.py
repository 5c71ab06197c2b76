"""The usage of a session, test by test, so that a loop that runs away shows before the bill does."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.fake import FakeAWS
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.journal.prices import READ_ON, REGION
from pytest_fakeaws.journal.usage import Usage
from pytest_fakeaws.journal.wording import number

TITLE = "fakeaws usage"

_USAGE = "fakeaws_usage"
"""The attribute of a report that has a test's usage; workers of xdist send it along."""

_TESTS = 10
"""How many tests are listed, the most expensive first."""


class Bill:
    """Adds up what the tests of a session used: a plugin of pytest's, where that is asked for."""

    def __init__(self) -> None:
        self._tests: list[tuple[str, Usage]] = []
        self._before: tuple[Journal, Usage] | None = None

    def pytest_runtest_setup(self) -> None:
        """Note what a fake of a wider scope has used before."""
        aws = FakeAWS.active
        self._before = (aws.journal, aws.usage) if aws is not None else None

    def note(self, report: Any, aws: FakeAWS) -> None:
        """Let the report of a test carry what it used."""
        usage = aws.usage
        if self._before is not None and self._before[0] is aws.journal:
            usage -= self._before[1]
        if usage.calls() or usage.invocations:
            setattr(report, _USAGE, usage.as_dict())

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Take in what a report carries, if it does."""
        values = getattr(report, _USAGE, None)
        if values is not None:
            self._tests.append((report.nodeid, Usage.from_dict(values)))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show it."""
        terminalreporter.ensure_newline()
        terminalreporter.section(TITLE)
        for line in self.lines():
            terminalreporter.write_line(line)

    def lines(self) -> list[str]:
        """The sum, and the tests that used most."""
        total = Usage()
        for _, usage in self._tests:
            total += usage
        ranked = sorted(self._tests, key=lambda test: (-test[1].cost, -test[1].calls(), test[0]))
        shown = [f"{_told(usage)}  {test}" for test, usage in ranked[:_TESTS]]
        more = len(ranked) - _TESTS
        return [
            f"{_told(total)}  {number(len(ranked), 'test')}",
            *shown,
            *([f"... and {number(more, 'other')}"] if more > 0 else []),
            f"at AWS's list prices in {REGION} of {READ_ON}, without free tiers",
        ]


def _told(usage: Usage) -> str:
    ran = sum(usage.invocations.values())
    return (
        f"{usage.calls():>9,} calls {usage.empty_receives:>8,} empty {ran:>8,} invocations "
        f"{usage.gb_seconds:>10,.3f} GB-s  ${usage.cost:<10.6f}"
    )
