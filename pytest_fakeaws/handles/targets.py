"""Where asynchronous events go in the end: dead-letter queues and destinations, as a test names them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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

    def __init__(self, cloud: Cloud, place: Place) -> None:
        self._cloud = cloud
        self._place = place

    def dead_letter(self, given: object) -> str:
        """The ARN of a dead-letter queue; nothing for nothing.

        Raises:
            UnknownOption: AWS delivers no dead letters to it.
            UnknownResource: There is no queue of this name.
        """
        arn = self._arn("dead_letter", given, functions=False)
        if _service(arn) == "lambda":
            raise UnknownOption(
                f"dead_letter cannot be the function {arn.rpartition(':')[2]}.",
                "AWS delivers dead letters to queues and topics only.",
                "Name a queue, or use on_failure, which may be a function.",
            )
        return arn

    def destination(self, option: str, given: object) -> str:
        """The ARN of a destination; nothing for nothing.

        Raises:
            UnknownOption: AWS delivers no records to it, or the name is that of two things.
            UnknownResource: There is neither a queue nor a function of this name.
        """
        return self._arn(option, given, functions=True)

    def _arn(self, option: str, given: object, *, functions: bool) -> str:
        if given is None:
            return ""
        known: Any = getattr(given, "arn", given)
        if not isinstance(known, str) or not known:
            raise UnknownOption(
                f"{option} cannot be {given!r}.",
                f"It is of type {type(given).__name__}.",
                "Give a handle, a name or an ARN.",
            )
        arn = known if known.startswith("arn:") else self._named(option, known, functions)
        if _service(arn) in ("sqs", "sns") and arn.endswith(".fifo"):
            raise UnknownOption(
                f"{option} cannot be {arn.rpartition(':')[2]}.",
                "AWS delivers to standard queues and topics only; what is for FIFO ones, it drops.",
                "Use a standard one.",
            )
        return arn

    def _named(self, option: str, name: str, functions: bool) -> str:  # noqa: FBT001
        queues = self._here(self._cloud.queues)
        others = self._here(self._cloud.functions) if functions else {}
        if name in queues and name in others:
            raise UnknownOption(
                f'{option} is ambiguous: "{name}" is a queue and a function.',
                f"{queues[name]}\n{others[name]}",
                "Give a handle or an ARN.",
            )
        arn = queues.get(name) or others.get(name)
        if arn is None:
            known = sorted({*queues, *others})
            kinds = "queue or function" if functions else "queue"
            raise UnknownResource(
                f'{option}: there is no {kinds} "{name}".',
                f"Existing: {', '.join(known) or 'none'}.",
                closest(name, known) if known else "Create it first.",
            )
        return arn

    def _here(self, resources: Iterable[Any]) -> dict[str, str]:
        """The ARNs of those that live where names count, by name."""
        return {one.name: one.arn for one in resources if one.place == self._place}


def _service(arn: str) -> str | None:
    parsed = Arn.parse(arn)
    return parsed.service if parsed is not None else None
