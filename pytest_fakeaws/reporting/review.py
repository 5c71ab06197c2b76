"""The review of a test that has passed: what it leaves undone becomes a warning or an error, if asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_fakeaws.errors import (
    HIDE_FROM_TRACEBACK,
    ExpectationFailed,
    FakeAWSWarning,
    UnknownOption,
    closest,
)
from pytest_fakeaws.journal.wording import number

if TYPE_CHECKING:
    from pytest_fakeaws.fake import FakeAWS

__tracebackhide__ = HIDE_FROM_TRACEBACK

MODES = ("off", "warn", "error")


class Matter(NamedTuple):
    """Something that a test can be reviewed for.

    Attributes:
        noun: What one finding is called.
        what: What was found, in a sentence that ends before the number.
        advice: What to do.
        show: Puts a finding into words.
        one_by_one: Whether each finding is a warning of its own.
    """

    noun: str
    what: str
    advice: str
    show: Callable[[Any], str] = str
    one_by_one: bool = False


MATTERS = {
    "leftovers": Matter(
        "leftover",
        "The test passed, and left something undone",
        "Let it happen (fakeaws.clock.run_until_idle()), receive or purge it, end workers with kill(), or "
        'say that it is meant: @pytest.mark.fakeaws(leftovers="off").',
    ),
    "advice": Matter(
        "recommendation",
        "The test passed, and AWS recommends otherwise",
        "Follow it, or say that it is meant: fakeaws_advice_ignore in the ini file, or "
        '@pytest.mark.fakeaws(ignore_advice=["the-rule"]).',
        show=lambda piece: f"{piece}\n  {piece.more}",
        one_by_one=True,
    ),
}
"""By the attribute of a fake that lists what was found, which is the option's name too."""


def review(aws: FakeAWS, modes: Mapping[str, str], warn: Callable[[Warning], None]) -> None:
    """Warn of what a test that has passed leaves behind, or let it fail.

    Args:
        aws: The fake that it used.
        modes: For each matter `off`, `warn` or `error`.
        warn: Issues a warning where the test stands.

    Raises:
        ExpectationFailed: Something was found, and is to be an error.
        UnknownOption: There is no such mode.
    """
    for name, mode in modes.items():
        if mode not in MODES:
            raise UnknownOption(
                f"fakeaws_{name} cannot be {mode!r}.",
                f"It is one of: {', '.join(MODES)}.",
                closest(str(mode), MODES),
            )
        if mode != "off":
            _review(aws, name, warn if mode == "warn" else None)


def _review(aws: FakeAWS, name: str, warn: Callable[[Warning], None] | None) -> None:
    matter = MATTERS[name]
    findings = [matter.show(finding) for finding in getattr(aws, name)]
    if not findings:
        return
    what = f"{matter.what}: {number(len(findings), matter.noun)}."
    if warn is None:
        raise ExpectationFailed(what, "\n".join(findings), matter.advice)
    for text in findings if matter.one_by_one else ["\n  ".join((what, *findings))]:
        warn(FakeAWSWarning(text))
