"""Exploration: one test under many schedules, each an ordinary test item, within a bound of real time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pytest_fakeaws.errors import UnknownOption


def numbers(explore: object, only: int | None, count: int | None) -> range:
    """The numbers of the schedules that a test is run under.

    Args:
        explore: How many its marker asks for.
        only: The one that the run asks for, if it asks for one.
        count: How many the run asks for instead of the marker's, if it does.

    Raises:
        UnknownOption: The marker asks for no number of schedules.
    """
    if not isinstance(explore, int) or isinstance(explore, bool) or explore < 1:
        raise UnknownOption(
            f"@pytest.mark.fakeaws(explore={explore!r}) makes no sense.",
            "It is the number of schedules, the plain one among them: a whole number from 1 on.",
            "Write, for example, explore=200.",
        )
    if only is not None:
        return range(only, only + 1)
    return range(explore if count is None else count)


class Exploration:
    """Watches the time that the exploration of each test takes, and how to run a schedule again.

    Args:
        seconds: Real seconds for one test and all of its schedules; no bound if 0.
        seed: What a run has to be given beside the schedule for the same seed.
    """

    def __init__(self, seconds: float, seed: str) -> None:
        self._seconds = seconds
        self._seed = seed
        self._spent: Counter[str] = Counter()

    def used_up(self, item: Any) -> str:
        """Why a schedule is not run any more, if it is not; the plain one always is."""
        spent = self._spent[_test(item)]
        if not self._seconds or not item.callspec.params["fakeaws"] or spent < self._seconds:
            return ""
        return (
            f"not run: the exploration of {item.originalname} has used up "
            f"its {self._seconds:g} s (fakeaws_explore_seconds)"
        )

    def note(self, item: Any, report: Any) -> None:
        """A phase of an item is over; if it has failed, its report says how to have it again."""
        self._spent[_test(item)] += report.duration
        if report.failed:
            number = item.callspec.params["fakeaws"]
            again = f"pytest '{_test(item)}' --fakeaws-schedule={number}{self._seed}"
            report.sections.append((f"fakeaws schedule {number}", f"To run it again: {again}"))


def _test(item: Any) -> str:
    return str(item.nodeid.partition("[")[0])
