"""The options that faults share: how often they strike, and which calls they are for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypedDict

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, closest
from pytest_fakeaws.faults.points import CallPoint
from pytest_fakeaws.faults.when import When
from pytest_fakeaws.handles.options import check_number
from pytest_fakeaws.sim.instants import FOREVER, Instant, duration

if TYPE_CHECKING:
    from pytest_fakeaws.handles.function import Function
    from pytest_fakeaws.handles.queue import Queue
    from pytest_fakeaws.handles.topic import Topic

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Often(TypedDict, total=False):
    """How often a fault strikes: once, unless anything is said here.

    All that is said holds at once.

    Attributes:
        times: So often at the most.
        every: At each so-maniest occasion; 1 is each of them.
        skip: Not at so many occasions in the beginning.
        lasting: For so long in virtual time.
        probability: So likely, from 0 to 1, drawn from the seed.
    """

    times: int
    every: int
    skip: int
    lasting: float | timedelta | str
    probability: float


class CallOptions(Often, total=False):
    """Which calls a fault is for, and how often it strikes.

    Attributes:
        queue: Calls about this queue.
        topic: Calls about this topic.
        function: Calls about this function.
        where: Calls of which this says so; it is given a point with `service`, `operation`, `parameters` as
            the client passed them, and the number of the `attempt`.
    """

    queue: Queue | str
    topic: Topic | str
    function: Function | str
    where: Callable[[CallPoint], object]


class RunOptions(Often, total=False):
    """At which point of a run a fault strikes, and how often.

    Attributes:
        before_call: Before the so-maniest call of AWS, which then takes no effect.
        after_calls: After so many calls of AWS, which have taken effect.
        after_return: After the handler has returned, before its batch is deleted.
    """

    before_call: int
    after_calls: int
    after_return: bool


def when(method: str, options: Mapping[str, Any], now: Instant) -> When:
    """When a fault strikes, by the options that say so.

    Args:
        method: What the test has called.
        options: What it has passed, other keywords than those of `Often` aside.
        now: The present instant.

    Raises:
        UnknownOption: A value that makes no sense.
    """
    for name in ("times", "every", "skip"):
        if name in options:
            check_number(name, options[name])
    for name, least in (("times", 1), ("every", 1), ("skip", 0)):
        if options.get(name, least) < least:
            raise _senseless(method, name, options[name], f"at least {least}")
    probability = options.get("probability", 1.0)
    if not 0 <= probability <= 1:
        raise _senseless(method, "probability", probability, "from 0 to 1")
    bounded = options.keys() & {"every", "lasting", "probability"}
    lasting = options.get("lasting")
    return When(
        times=options.get("times", None if bounded else 1),
        every=options.get("every", 1),
        skip=options.get("skip", 0),
        until=FOREVER if lasting is None else now + duration(lasting),
        probability=probability,
    )


def check_keywords(method: str, given: Collection[str], kind: type = Often) -> None:
    """Refuse keywords that are none of those of *kind*, a class of options.

    Raises:
        UnknownOption: There is one.
    """
    known = sorted(kind.__annotations__)
    for keyword in given:
        if keyword not in known:
            raise UnknownOption(
                f"faults.{method}() has no keyword {keyword!r}.",
                f"Beside its own it knows: {', '.join(known)}.",
                closest(keyword, known),
            )


def _senseless(method: str, name: str, value: object, range_: str) -> UnknownOption:
    return UnknownOption(
        f"faults.{method}({name}={value!r}) makes no sense.",
        f"{name} is {range_}.",
        f"Give one that is {range_}, or leave it out.",
    )


def calls_named(call: str, known: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The operations that a text such as `sqs:SendMessage`, `sqs:send_message`, `sns:*` or `*` names.

    Raises:
        UnknownOption: It names none.
    """
    service, _, operation = call.partition(":")
    pattern = _plain(operation or "*")
    services = sorted({name for name, _ in known})
    if service != "*" and service not in services:
        raise UnknownOption(
            f"There is no service {service!r} to let anything go wrong with.",
            f"Simulated are: {', '.join(services)}. A call is written service:Operation.",
            closest(service, services),
        )
    named = frozenset(
        (owner, name)
        for owner, name in known
        if service in {owner, "*"} and fnmatchcase(_plain(name), pattern)
    )
    if not named:
        names = {_plain(name): name for owner, name in known if owner == service}
        hint = closest(pattern, names)
        for plain, name in names.items():
            hint = hint.replace(f'"{plain}"', f'"{service}:{name}"')
        raise UnknownOption(
            f"There is no operation {operation!r} of {service} to let go wrong.",
            f"{service} has {len(names)} simulated operations.",
            hint if hint.startswith("Did") else "docs/fidelity.md lists what is simulated.",
        )
    return named


def is_about(parameters: Mapping[str, Any], keys: tuple[str, ...], name: str) -> bool:
    """Whether a call names this queue, topic or function, however it does."""
    return any(name in re.split("[:/]", str(parameters.get(key, ""))) for key in keys)


def _plain(operation: str) -> str:
    return operation.replace("_", "").lower()
