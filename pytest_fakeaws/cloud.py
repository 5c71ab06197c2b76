"""The cloud: one simulated AWS, with its clock, its journal and its services introduced to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.faults.hooks import Hooks
from pytest_fakeaws.faults.inside import RunPoint, Stumble
from pytest_fakeaws.introductions.surroundings import Surroundings, late
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.operations import Operations, Service
from pytest_fakeaws.services.policies import LENIENT, Guard
from pytest_fakeaws.services.ports import ObjectReader, ObjectUnavailable, SharedService
from pytest_fakeaws.services.sqs.courier import Courier
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.sim.agenda import Agenda, ShuffledAgenda
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.companions import Companions
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import FOREVER, Instant
from pytest_fakeaws.sim.simulation import Simulation

if TYPE_CHECKING:
    from pytest_fakeaws.faults.injector import Injector
    from pytest_fakeaws.faults.schedule import Schedule
    from pytest_fakeaws.introductions.sns import Sns
    from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
    from pytest_fakeaws.services.logs.directory import LogGroups
    from pytest_fakeaws.services.sns.directory import TopicDirectory
    from pytest_fakeaws.services.sns.http_endpoints import HttpEndpoints
    from pytest_fakeaws.services.sns.outbox import Outbox

Part = TypeVar("Part")


class _WhenNeeded(Generic[Part]):
    """A part of a cloud that is made when it is first asked for: once, whichever thread asks."""

    def __init__(self, make: Callable[[Any], Part]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, cloud: Cloud, owner: type[Cloud]) -> Part:
        parts: dict[str, Part] = vars(cloud)  # found there from now on
        with cloud.gate:
            if self._name not in parts:
                parts[self._name] = self._make(cloud)
            return parts[self._name]


class Consumer(Protocol):
    """A process of the test's own that is alive."""

    def attend(self, ask: Callable[[RunPoint], Stumble | None], /) -> None:
        """Let something happen to it that was asked for when it had begun."""


class Cloud:
    """Everything that a reset throws away.

    Args:
        seed: Where all randomness comes from.
        start: The first instant.
        on_tick: Called with each new instant.
        gate: Goes into the simulation from user code.
        outside: Lets user code run from within.
        companions: The threads beside the one that it lives on.
        on_process: Called whenever user code begins to run as a process.
        read_object: Reads objects of S3.
        guard: How policies are read.
        schedule: How everything is to go, if not plainly.

    Attributes:
        consumers: The processes of the test's own that are alive.
    """

    def __init__(
        self,
        *,
        seed: int,
        start: Instant,
        on_tick: Callable[[Instant], None],
        gate: AbstractContextManager[object],
        outside: AbstractContextManager[object],
        companions: Companions | None = None,
        on_process: Callable[[], None] = lambda: None,
        read_object: ObjectReader | None = None,
        guard: Guard = LENIENT,
        schedule: Schedule | None = None,
    ) -> None:
        self.gate = gate
        self.hooks = Hooks(gate)
        self.consumers: dict[Consumer, None] = {}
        self._named: Counter[str] = Counter()
        self.chance = Chance(seed if schedule is None else schedule.seed)
        self.simulation = Simulation(
            start,
            on_tick=on_tick,
            outside=outside,
            companions=companions,
            on_process=on_process,
            explain=self._loops,
            agenda=self._agenda(schedule),
        )
        self.journal = Journal(self.simulation)
        self.queues = QueueDirectory(self.simulation, self.journal, self.chance, guard, self.hooks)
        self._around = Surroundings(self.simulation, self.journal, self.chance, self.hooks, guard)
        self._courier = Courier(self.queues)
        self._read_object = read_object or _no_objects
        self._settling: list[Callable[[], None]] = []
        self._closing: list[Callable[[], None]] = []
        if schedule is not None:
            schedule.install(self.injector)

    def _agenda(self, schedule: Schedule | None) -> Agenda[Event] | None:
        if schedule is None or not schedule.shuffled:
            return None
        return ShuffledAgenda(self.chance.stream("schedule/order"))

    # Services beside SQS, which most tests do without

    @_WhenNeeded
    def functions(self) -> FunctionDirectory:
        """The functions, with what feeds and invokes them."""
        from pytest_fakeaws.introductions.lambda_ import functions

        made = functions(
            self._around,
            self.queues,
            senders={"sqs": self._courier, "sns": late(lambda: self._sns.announce)},
            open_stream=self.log_groups.open_stream,
            read_object=self._read_object,
        )
        self._closing.append(made.warehouse.clear)
        return made

    @_WhenNeeded
    def _sns(self) -> Sns:
        from pytest_fakeaws.introductions.sns import Sns

        made = Sns(self._around, self._courier, late(lambda: self.functions.events.deliver))
        self._settling.append(made.topics.deliveries.settle)
        return made

    @_WhenNeeded
    def log_groups(self) -> LogGroups:
        """The log groups of functions."""
        from pytest_fakeaws.services.logs.directory import LogGroups

        return LogGroups(self._now, self._log_groups_of)

    @property
    def topics(self) -> TopicDirectory:
        """The topics, with their subscriptions and deliveries."""
        return self._sns.topics

    @property
    def outbox(self) -> Outbox:
        """What SNS has sent to people."""
        return self._sns.outbox

    @property
    def http(self) -> HttpEndpoints:
        """Who answers what SNS sends to URLs."""
        return self._sns.http

    # What all share

    @cached_property
    def injector(self) -> Injector:
        """What makes things go wrong."""
        from pytest_fakeaws.faults.injector import Injector

        return Injector(self.hooks, self._now, self.journal, self.chance)

    def _loops(self) -> Iterator[str]:
        from pytest_fakeaws.journal.chains import longest_loop

        loop = longest_loop(self.journal)
        if loop is not None:
            yield f"Loop: {loop}"

    def _now(self) -> Instant:
        return self.simulation.now

    def _log_groups_of(self, place: Place) -> set[str]:
        return {function.log_group for function in self.functions if function.place == place}

    @property
    def untouched(self) -> bool:
        """Whether nothing has happened in it yet."""
        return self.simulation.untouched and not self.journal and not self.journal.dropped

    @cached_property
    def operations(self) -> Operations:
        """Every simulated operation, by service and name: a service's are imported with its first call."""
        return Operations(
            {
                "sqs": Service(lambda: self.queues, _sqs_operations),
                "sns": Service(lambda: self.topics, _sns_operations),
                "lambda": Service(lambda: self.functions, _lambda_operations),
                "logs": Service(lambda: self.log_groups, _logs_operations),
            }
        )

    def shared_services(self) -> dict[str, Callable[[], SharedService]]:
        """What tells which calls of a service are ours, by name; for services that are so only in part."""
        return {"logs": self._shared_logs}

    def _shared_logs(self) -> SharedService:
        from pytest_fakeaws.services.logs.operations import shared

        return shared(self.log_groups)

    def name_process(self, stem: str) -> str:
        """A name for another process of this kind: the first has the plain one."""
        self._named[stem] += 1
        count = self._named[stem]
        return stem if count == 1 else f"{stem}-{count}"

    def close(self) -> None:
        """Delete the files that it has written."""
        for close in self._closing:
            close()

    @property
    def next_change(self) -> Instant:
        """When something in a queue next changes by itself, which is no event."""
        return min((queue.next_change for queue in self.queues), default=FOREVER)

    def settle(self) -> None:
        """Let queues and deliveries notice what has become due, so that the journal has it."""
        for settle in self._settling:
            settle()
        for queue in self.queues:
            queue.settle()


def _sqs_operations() -> Mapping[str, Callable[..., Any]]:
    from pytest_fakeaws.services.sqs.operations import OPERATIONS

    return OPERATIONS


def _sns_operations() -> Mapping[str, Callable[..., Any]]:
    from pytest_fakeaws.services.sns.operations import OPERATIONS

    return OPERATIONS


def _lambda_operations() -> Mapping[str, Callable[..., Any]]:
    from pytest_fakeaws.services.lambda_.operations import OPERATIONS

    return OPERATIONS


def _logs_operations() -> Mapping[str, Callable[..., Any]]:
    from pytest_fakeaws.services.logs.operations import OPERATIONS

    return OPERATIONS


def _no_objects(caller: Place, bucket: str, key: str, version: str | None) -> bytes:
    raise ObjectUnavailable("NoSuchBucket", "The specified bucket does not exist")
