"""Errors for the author of a test.

AWS's own errors live beside the service that answers them and reach the code under test through
botocore. The errors here are about the test itself: each says what happened, shows the evidence and
ends with what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from operator import methodcaller


class FakeAWSError(Exception):
    """Something in the test, or in how it uses the fake, is not as it should be.

    Args:
        what: What happened, in the words of the test's author.
        evidence: The facts behind it, one per line.
        advice: What to do now.
    """

    def __init__(self, what: str, evidence: str, advice: str) -> None:
        super().__init__(what, evidence, advice)
        self.what = what
        self.evidence = evidence
        self.advice = advice

    def __str__(self) -> str:
        evidence = "\n".join(f"  {line}" for line in self.evidence.splitlines())
        return f"{self.what}\n\n{evidence}\n\n{self.advice}"


HIDE_FROM_TRACEBACK = methodcaller("errisinstance", FakeAWSError)
"""The value of `__tracebackhide__` in modules that a test calls: of a mistake of the test's, pytest then
shows the line in the test, not the place where we noticed it."""


class UnknownOption(FakeAWSError, TypeError):
    """A keyword, a marker option or an option's value that does not exist."""


class UnknownResource(FakeAWSError, LookupError):
    """A queue, a function or a mapping that was asked for and is not there."""


class InvalidTime(FakeAWSError, ValueError):
    """A duration or an instant that cannot be read, or that lies in the past."""


class HandlerNotFound(FakeAWSError, ImportError):
    """The dotted name of a handler leads nowhere."""


class WrongState(FakeAWSError, RuntimeError):
    """A fake used before it started, after it stopped, twice at once, or from the wrong place."""


class ClockStopped(FakeAWSError, TimeoutError):
    """The clock ran into a bound before what was waited for happened."""


class Deadlock(FakeAWSError, RuntimeError):
    """Somebody waits for a lock whose holder cannot go on."""


class ExpectationFailed(FakeAWSError, AssertionError):
    """What a test claims does not hold.

    Attributes:
        concerned: The ids of the messages that it is about.
    """

    concerned: tuple[str, ...] = ()


class FakeAWSWarning(UserWarning):
    """What a test leaves undone, or does against AWS's advice, where the ini file asks for warnings."""


class UnansweredCall(FakeAWSError):
    """A call that nobody fakes was about to leave for the network."""


class NotSimulated(FakeAWSError, NotImplementedError):
    """An operation or a feature of AWS that is not simulated.

    Args:
        what: The operation or feature by the name AWS gives it.
        advice: What to do instead.
    """

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(
            f"{what} is not simulated.",
            "pytest-fakeaws refuses by name what it does not simulate, rather than guess an answer.",
            advice or "The simulated operations and rules are listed in docs/fidelity.md.",
        )


def closest(word: str, candidates: Iterable[str]) -> str:
    """Say which candidate was probably meant, or list them all.

    Example:
        >>> closest("visibilty", ["visibility", "delay"])
        'Did you mean "visibility"?'
    """
    names = sorted(candidates)
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        return f'Did you mean "{near[0]}"?'
    return "There are: " + ", ".join(names) + "." if names else "There are none yet."
