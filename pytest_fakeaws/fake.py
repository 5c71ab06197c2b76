"""The fake: one simulated AWS in this process, from start to stop."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar, cast

from pytest_fakeaws.addresses import DEFAULT_ACCOUNT, Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, WrongState
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.clock import Clock
from pytest_fakeaws.handles.decoration import inside
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.progress import Progress, Show
from pytest_fakeaws.handles.records import Records
from pytest_fakeaws.handles.resources import Resources
from pytest_fakeaws.journal.entries import TEST_IS_OVER
from pytest_fakeaws.sim.instants import SECOND, Instant, instant
from pytest_fakeaws.wire.amazon import Amazon
from pytest_fakeaws.wire.clock_libraries import instant_shown
from pytest_fakeaws.wire.dispatch import Dispatch
from pytest_fakeaws.wire.environment import DEFAULT_REGION
from pytest_fakeaws.wire.freezes import Freezes
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.host import Host
from pytest_fakeaws.wire.host_time import HostTimeName, host_time
from pytest_fakeaws.wire.identity import Callers
from pytest_fakeaws.wire.interceptor import Interceptor
from pytest_fakeaws.wire.log_records import LogRecords
from pytest_fakeaws.wire.objects import S3Objects
from pytest_fakeaws.wire.retry_waits import RetryWaits
from pytest_fakeaws.wire.stragglers import Stragglers
from pytest_fakeaws.wire.waits import Waits
from pytest_fakeaws.wire.web import Web

if TYPE_CHECKING:
    from pytest_fakeaws.assertions import Expect
    from pytest_fakeaws.faults.schedule import Schedule
    from pytest_fakeaws.handles.endpoint import ClockName, Endpoint
    from pytest_fakeaws.handles.faults import Faults

__tracebackhide__ = HIDE_FROM_TRACEBACK

Decorated = TypeVar("Decorated", bound="Callable[..., Any] | type[unittest.TestCase]")

P = ParamSpec("P")

START = "2030-01-01T00:00:00Z"
"""The default start: plainly fictional, so that a mix of clocks shows."""


def active() -> FakeAWS | None:
    """The fake that is active now, or `None`."""
    return FakeAWS.active


class FakeAWS(Resources, Records):
    """A small AWS inside the process, on a clock that the test turns.

    A context manager, a decorator of functions, coroutines and `TestCase` classes, or, for other
    frameworks, a pair of `start` and `stop`.

    Args:
        region: Where handles live, and clients that name no region.
        account_id: The account of every access key that *accounts* does not know.
        accounts: Accounts by access key.
        seed: Same seed and same program: same journal, ids included.
        start: The first instant: a `datetime`, ISO 8601 text, or `"now"`. The default is the instant
            shown inside a freeze of freezegun's or a travel of time-machine's, else New Year 2030.
        host_time: What makes the process's wall clock show virtual time: `"auto"`, `"freezegun"`,
            `"time-machine"` or `"off"`.
        permissions: `"same-account"`: inside an account everything is allowed unless a policy denies it.
            `"strict"`: services need a policy that allows them, as SNS does to deliver to a queue or a
            function.
        allow: Services, as boto3 names them, that may reach the network.
        ignore_advice: Rules of `advice` that do not count.
        schedule: The number of a schedule by which things go wrong; 0 is the plain one. See docs/faults.md.

    Raises:
        UnknownOption: A keyword or a value that does not exist.

    Example:
        >>> with FakeAWS(seed=7) as aws:
        ...     orders = aws.create_queue("orders")
        ...     _ = orders.send("first")
        ...     orders.messages.bodies
        ['first']
    """

    active: ClassVar[FakeAWS | None] = None
    show_progress: ClassVar[Show | None] = None
    """Shows on a terminal how far a long advance is; `None` where nobody looks."""

    @explained
    def __init__(
        self,
        *,
        region: str = DEFAULT_REGION,
        account_id: str = DEFAULT_ACCOUNT,
        accounts: Mapping[str, str] | None = None,
        seed: int = 0,
        start: datetime | str | None = None,
        host_time: HostTimeName = "auto",
        permissions: str = "same-account",
        allow: Sequence[str] = (),
        ignore_advice: Sequence[str] = (),
        schedule: int = 0,
    ) -> None:
        options.check_account(account_id)
        self._guard = options.guard(permissions)
        super().__init__(Place(account_id, region))
        self._callers = Callers(account_id, accounts or {}, region)
        self._seed = seed
        self._start_option = start if start in (None, "now") else instant(start or START)
        self._host_time: HostTimeName = host_time
        self._allow = options.several(allow)
        self._ignored_advice = options.several(ignore_advice)
        options.check_rules(self._ignored_advice)
        options.check_count("schedule", schedule)
        self._schedule = _schedule(schedule, seed)
        self._cloud: Cloud | None = None
        self._dispatch: Dispatch
        self._host: Host
        self._waits: Waits
        self._progress: Progress | None = None
        self._endpoint: Endpoint | None = None
        self.clock = Clock(
            self._require_cloud, self._real_time, self._settled, lambda: self._progress
        )

    # From start to stop

    def start(self) -> FakeAWS:
        """Begin: from here on every boto3 client of the process talks to this fake.

        Raises:
            WrongState: A fake is active already.
        """
        if FakeAWS.active is not None:
            raise WrongState(
                "A second fake was started while one is active.",
                f"Active: {FakeAWS.active!r}.",
                "Use the one that is there (its handles reach everything), or stop it first. For a "
                "second account use fakeaws.credentials(account_id); to start afresh, reset().",
            )
        gate = self._gate = Gate()
        waits = self._waits = Waits(gate, lambda: self._built.simulation)
        time = Freezes(host_time(self._host_time), waits.sleep, lambda: gate.is_home, self._rebase)
        retries = RetryWaits(
            lambda: self._built.chance.stream("retries").random(),
            lambda: self._built.simulation.now / SECOND,
        )
        interceptor = Interceptor(
            lambda: self._dispatch,
            self._callers.place,
            self._allow,
            waits.threads.greet,
            waits=retries,
            ids=lambda: self._built.chance.ids("invocations").next(),
        )
        amazon = Amazon(
            lambda: self._dispatch,
            self._callers.place_of,
            lambda: self._built.functions,
            gate.inside,
            lambda: self._built.simulation,
        )
        web = Web(amazon, allow=self._allow)
        records = LogRecords(lambda: self._built.simulation.running)
        self._host = Host(self._place.region, interceptor, time, waits, web, records=records)
        self._start = self._first_instant()
        self._build()
        Stragglers.leave()
        self._host.start(self._start)
        FakeAWS.active = self
        return self

    def stop(self) -> None:
        """End: what still runs is ended, and everything that was touched is put back."""
        if FakeAWS.active is not self:
            return
        try:
            if self._endpoint is not None:
                self._endpoint.stop()
            self._end()
        finally:
            try:
                self._host.stop()
            finally:
                FakeAWS.active = None
                Stragglers.add(self._waits.threads.left_over())
                Stragglers.watch()

    def reset(self) -> None:
        """Start afresh: no queues, functions or messages, the first instant, the seed's first ids.

        Raises:
            WrongState: The fake is not active.
        """
        self._require_cloud()
        self._end()
        self._waits.before_reset()
        self._build()
        self._host.show(self._start)

    def _build(self) -> None:
        on_tick: Callable[[Instant], None] = self._host.show
        if FakeAWS.show_progress is not None:
            self._progress = Progress(on_tick, FakeAWS.show_progress)
            on_tick = self._progress.tick
        cloud = self._cloud = Cloud(
            seed=self._seed,
            start=self._start,
            on_tick=on_tick,
            gate=self._gate.inside,
            outside=self._gate.outside,
            companions=self._waits.threads,
            on_process=self._waits.watchdog.attend,
            read_object=S3Objects(self._gate.outside),
            guard=self._guard,
            schedule=self._schedule,
        )
        self._dispatch = Dispatch(
            cloud.operations,
            cloud.simulation,
            cloud.journal,
            cloud.chance.ids("requests"),
            gate=self._gate.inside,
            shared=cloud.shared_services(),
            hooks=cloud.hooks,
        )

    def _end(self) -> None:
        if self._cloud is not None:
            try:
                with self._gate.inside:
                    self._cloud.simulation.end_all(TEST_IS_OVER)
                    self._waits.threads.end_waits()
            finally:
                self._cloud.close()

    def _first_instant(self) -> Instant:
        if isinstance(self._start_option, int):
            return self._start_option
        if self._start_option == "now":
            return instant(datetime.now(timezone.utc))  # noqa: TID251 - the host's, at the start only
        shown = instant_shown()
        return instant(START) if shown is None else shown

    def _rebase(self, start: Instant) -> bool:
        """Begin at *start* instead, unless something has happened or the user has said when."""
        cloud = self._require_cloud()
        with self._gate.inside:
            if self._start_option is not None or not cloud.untouched:
                return False
            self._start = start
            cloud.simulation.rebase(start)
            return True

    @property
    def _built(self) -> Cloud:
        assert self._cloud is not None
        return self._cloud

    def _require_cloud(self) -> Cloud:
        if self._cloud is None or FakeAWS.active is not self:
            raise WrongState(
                "This fake is not active.",
                f"It {'was made, but never started' if self._cloud is None else 'has stopped'}.",
                "Use it inside its with block or between start() and stop(), or ask for the fixture "
                "`fakeaws`. After the end only its journal and timeline can be looked at.",
            )
        return self._cloud

    def _real_time(self) -> AbstractContextManager[None]:
        self._require_cloud()
        return self._host.real_time()

    async def _settled(self) -> None:
        await self._waits.settled()

    def __enter__(self) -> FakeAWS:  # noqa: PYI034 - typing has Self from 3.11 on
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __call__(self, decorated: Decorated) -> Decorated:
        """Run a function, a coroutine or each test of a `TestCase` class inside this fake.

        Raises:
            WrongState: The class is no `TestCase`.
        """
        return cast(Decorated, inside(self, decorated))

    # Its endpoint

    def serve(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: ClockName = "virtual",
        moment: float = 0.05,
    ) -> Endpoint:
        """Listen for other processes, in any language.

        Signatures are not looked at. It needs the extra `pytest-fakeaws[server]`.

        Args:
            host: Where to listen; only this machine reaches the default.
            port: Where to listen; 0 takes a free one.
            clock: `"virtual"`: time stands still until the test, or the control API, turns it. `"real"`: it
                follows real time whenever the test waits for a child process or for something outside.
            moment: Real seconds for which virtual time stands still after each answer, so that whoever got
                it can go on.

        Raises:
            WrongState: An endpoint is open already, the address is taken, or the extra is not installed.
            UnknownOption: There is no such clock.

        Example:
            >>> with fakeaws.serve() as endpoint:  # doctest: +SKIP
            ...     subprocess.run(["node", "worker.js"], env={**os.environ, **endpoint.environment})
        """
        from pytest_fakeaws.handles.control import Control  # noqa: PLC0415 - most tests need none
        from pytest_fakeaws.handles.endpoint import Behind, opened  # noqa: PLC0415 - the same

        self._require_cloud()
        if self._endpoint is not None and self._endpoint.is_open:
            raise WrongState(
                "A second endpoint was opened while one is open.",
                f"Open: {self._endpoint!r}.",
                "Use the one that is there, `fakeaws.endpoint_url`, or stop it first.",
            )
        options.check_choice("clock", clock, ("virtual", "real"))
        behind = Behind(
            self._gate,
            self._require_cloud,
            lambda: self._dispatch,
            self._callers.place_of,
            self._waits.threads,
            partial(
                Control,
                self.clock,
                lambda: self.journal,
                self.timeline,
                self.reset,
                lambda: self.faults,
            ),
            self._place.region,
        )
        self._endpoint = opened(behind, host, port, clock=clock, moment=moment)
        return self._endpoint

    @property
    def endpoint_url(self) -> str:
        """The URL of the endpoint; opens one where none is open."""
        if self._endpoint is None or not self._endpoint.is_open:
            return self.serve().url
        return self._endpoint.url

    # What it shows

    def credentials(self, account_id: str) -> dict[str, str]:
        """Keyword arguments for `boto3.client` that make it a client of another account.

        Args:
            account_id: Twelve digits.

        Raises:
            UnknownOption: It is no account id.
        """
        options.check_account(account_id)
        return self._callers.credentials(account_id)

    @property
    def faults(self) -> Faults:
        """What is to go wrong on purpose.

        Example:
            >>> fakeaws.faults.throttle("sqs:SendMessage", times=2)  # doctest: +SKIP
        """
        from pytest_fakeaws.handles.faults import Faults  # noqa: PLC0415 - not every test needs it

        return Faults(self, self._require_cloud)

    @property
    def expect(self) -> Expect:
        """Claims that a plain `assert` cannot make: about time, about how often, about order and cost."""
        from pytest_fakeaws.assertions import Expect  # noqa: PLC0415 - not every test needs it

        return Expect(self._require_cloud, self.clock)

    @property
    def schedule(self) -> str:
        """What the schedule does to the program; empty for the plain one."""
        return "" if self._schedule is None else str(self._schedule)

    @property
    def _past(self) -> Cloud:
        """The cloud, also after the end."""
        return self._cloud or self._require_cloud()

    def __repr__(self) -> str:
        state = f"at {self.clock.now().isoformat()}" if FakeAWS.active is self else "not active"
        return f"<FakeAWS {state}, seed {self._seed}>"


def _schedule(number: int, seed: int) -> Schedule | None:
    if not number:
        return None
    from pytest_fakeaws.faults.schedule import Schedule  # noqa: PLC0415 - most tests go plainly

    return Schedule.of(number, seed)
