"""Chaos: everything that at-least-once allows, mixed from the seed.

Nothing is lost, and no message is hurt without end, so that a correct consumer still comes to its end: a message or
an event is struck by one crash, hang, stall or throttle at the most, a consumer crashes once and is started again, a
copy of a message is delivered once, and the second attempt at a call gets through: botocore's clients have a quota of
retries, which is given back then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from pytest_fakeaws.faults.injector import Asked, Hook, Injector
from pytest_fakeaws.faults.inside import Mishap, Moment, RunPoint, Stumble, never
from pytest_fakeaws.faults.points import Breakage, CallPoint, Disturbance
from pytest_fakeaws.faults.rules import Ambush, Once, Point, Strike
from pytest_fakeaws.faults.when import When
from pytest_fakeaws.faults.wordings import INVOCATION_THROTTLE, THROTTLES, service_error
from pytest_fakeaws.sim.instants import SECOND, Duration

LEVELS: Mapping[str, float] = MappingProxyType({"tame": 0.02, "rough": 0.08, "wild": 0.25})
"""How likely each fault is at each occasion."""

RESTART: Duration = SECOND
"""After how long a consumer that has crashed is started again."""

_STALL: Duration = 2 * SECOND
_LATE: Duration = 5 * SECOND
_SLOW: Duration = SECOND // 5
_REPEATABLE = frozenset(
    {
        ("sqs", "SendMessage"),
        ("sqs", "SendMessageBatch"),
        ("sqs", "DeleteMessage"),
        ("sqs", "DeleteMessageBatch"),
        ("sqs", "ChangeMessageVisibility"),
        ("sqs", "ChangeMessageVisibilityBatch"),
        ("sns", "Publish"),
        ("sns", "PublishBatch"),
    }
)
"""Operations that clients repeat when the reply is lost, and that are none the worse for it."""

_ANYWHERE = frozenset({Moment.STARTED, Moment.CALLING, Moment.CALLED, Moment.RETURNED})


class Measure(NamedTuple):
    """One kind of fault, and where it is asked."""

    hook: Hook
    asked: Asked


def chaos(injector: Injector, probability: float) -> Iterator[Measure]:
    """Everything at once.

    Args:
        injector: Makes the rules.
        probability: How likely each fault is at each occasion.
    """
    yield from of_calls(injector, When(probability=probability))
    yield from of_deliveries(injector, When(probability=probability))
    yield from of_runs(injector, When(probability=probability))


def of_calls(injector: Injector, when: When) -> Iterator[Measure]:
    """Calls that are throttled, fail, lose their reply or are slow."""
    for service, error in THROTTLES.items():
        if service != "sqs":  # which throttles in a way that clients in legacy mode do not retry
            rule = injector.rule("throttled", when, _first_attempt(service))
            yield Measure("call", Strike(rule, Disturbance(error=error)))
        unavailable = Disturbance(error=service_error(service, 503))
        rule = injector.rule("answered 503", when, _first_attempt(service))
        yield Measure("call", Strike(rule, unavailable))
    lost = Disturbance(breakage=Breakage.CLOSED, takes_effect=True)
    rule = injector.rule("reply lost", when, _repeatable)
    yield Measure("call", Strike(rule, lost))
    rule = injector.rule("slow by 0.2 s", when, _anything)
    yield Measure("call", Strike(rule, Disturbance(latency=_SLOW)))


def of_deliveries(injector: Injector, when: When) -> Iterator[Measure]:
    """Messages that come twice, late or in another order, and topics that reach some subscribers later."""
    rule = injector.rule("will be delivered again", when, _anything, once=Once())
    yield Measure("deleting", Strike(rule, 0))
    rule = injector.rule("late by 5 s", when, _anything)
    yield Measure("sending", Strike(rule, _LATE))
    rule = injector.rule("delivery fails", when, _anything, once=Once())
    yield Measure("delivery", Strike(rule, "the endpoint cannot be reached"))
    yield shuffling(injector, when)


def of_runs(injector: Injector, when: When) -> Iterator[Measure]:
    """Functions and consumers that crash, hang, stall or are throttled."""
    once = Once()
    for mishap, told, matches in (
        (Mishap.CRASH, "crashed", redelivered),
        (Mishap.HANG, "hung", _redelivered_function),
        (Mishap.STALL, "stalled for 2 s", redelivered),
    ):
        rule = injector.rule(told, when, matches, once=once)
        stumble = Stumble(mishap, never, by=_STALL, restart=RESTART)
        yield Measure("run", Ambush(rule, stumble, _ANYWHERE, 0))
    rule = injector.rule("throttled", when, _redelivered_function, once=once)
    yield Measure("admission", Strike(rule, INVOCATION_THROTTLE))


def shuffling(injector: Injector, when: When) -> Measure:
    """Standard queues that hand out what waits in another order."""
    rule = injector.rule("order shuffled", when, _anything)
    return Measure("receiving", Strike(rule, injector.chance.stream("faults/order")))


def redelivered(point: RunPoint) -> bool:
    """Whether what a run is about comes again if it fails: nobody waits for this one."""
    return point.redelivered


def _redelivered_function(point: RunPoint) -> bool:
    return point.redelivered and point.target.startswith("arn:")


def _first_attempt(service: str) -> Callable[[CallPoint], bool]:
    return lambda point: point.service == service and point.attempt == 1


def _repeatable(point: CallPoint) -> bool:
    return (point.service, point.operation) in _REPEATABLE and point.attempt == 1


def _anything(point: Point) -> bool:
    return True
