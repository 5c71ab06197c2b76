"""Where asynchronous events go in the end: dead-letter queues and destinations, as a test names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, UnknownResource, closest

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Targets:
    """Finds ARNs for the options of a function.

    Args:
        cloud: Where the targets live.
        place: Whose names count.
    """

    _KINDS: ClassVar[Mapping[str, Callable[[Cloud], Iterable[Any]]]] = {
        "queue": lambda cloud: cloud.queues,
        "topic": lambda cloud: cloud.topics,
        "function": lambda cloud: cloud.functions,
    }

    def __init__(self, cloud: Cloud, place: Place) -> None:
        self._cloud = cloud
        self._place = place

    def dead_letter(self, given: object) -> str:
        """The ARN of a dead-letter queue; nothing for nothing.

        Raises:
            UnknownOption: AWS delivers no dead letters to it.
            UnknownResource: There is neither a queue nor a topic of this name.
        """
        arn = self._arn("dead_letter", given, ("queue", "topic"))
        if _service(arn) == "lambda":
            raise UnknownOption(
                f"dead_letter cannot be the function {arn.rpartition(':')[2]}.",
                "AWS delivers dead letters to queues and topics only.",
                "Name a queue or a topic, or use on_failure, which may be a function.",
            )
        return arn

    def destination(self, option: str, given: object) -> str:
        """The ARN of a destination; nothing for nothing.

        Raises:
            UnknownOption: AWS delivers no records to it, or the name is that of two things.
            UnknownResource: There is neither a queue nor a function of this name.
        """
        return self._arn(option, given, ("queue", "topic", "function"))

    def queue(self, option: str, given: object) -> str:
        """The ARN of a queue of any kind; nothing for nothing.

        Raises:
            UnknownOption: It is none.
            UnknownResource: There is no queue of this name.
        """
        return "" if given is None else self._given(option, given, ("queue",))

    def named(self, option: str, given: object) -> str:
        """The ARN of any queue or function.

        Raises:
            UnknownOption: It is none, or the name is that of two things.
            UnknownResource: There is neither a queue nor a function of this name.
        """
        return self._given(option, given, ("queue", "function"))

    def _arn(self, option: str, given: object, kinds: Sequence[str]) -> str:
        if given is None:
            return ""
        arn = self._given(option, given, kinds)
        if _service(arn) in ("sqs", "sns") and arn.endswith(".fifo"):
            raise UnknownOption(
                f"{option} cannot be {arn.rpartition(':')[2]}.",
                "AWS delivers to standard queues and topics only; what is for FIFO ones, it drops.",
                "Use a standard one.",
            )
        return arn

    def _given(self, option: str, given: object, kinds: Sequence[str]) -> str:
        known: Any = getattr(given, "arn", given)
        if not isinstance(known, str) or not known:
            raise UnknownOption(
                f"{option} cannot be {given!r}.",
                f"It is of type {type(given).__name__}.",
                "Give a handle, a name or an ARN.",
            )
        return known if known.startswith("arn:") else self._named(option, known, kinds)

    def _named(self, option: str, name: str, kinds: Sequence[str]) -> str:
        candidates = {kind: self._here(self._KINDS[kind](self._cloud)) for kind in kinds}
        found = {kind: arns[name] for kind, arns in candidates.items() if name in arns}
        if len(found) > 1:
            raise UnknownOption(
                f'{option} is ambiguous: "{name}" is {" and ".join(f"a {kind}" for kind in found)}.',
                "\n".join(found.values()),
                "Give a handle or an ARN.",
            )
        if not found:
            known = sorted({known for arns in candidates.values() for known in arns})
            raise UnknownResource(
                f'{option}: there is no {" or ".join(kinds)} "{name}".',
                f"Existing: {', '.join(known) or 'none'}.",
                closest(name, known) if known else "Create it first.",
            )
        (arn,) = found.values()
        return arn

    def _here(self, resources: Iterable[Any]) -> dict[str, str]:
        """The ARNs of those that live where names count, by name."""
        return {one.name: one.arn for one in resources if one.place == self._place}


def _service(arn: str) -> str | None:
    parsed = Arn.parse(arn)
    return parsed.service if parsed is not None else None
