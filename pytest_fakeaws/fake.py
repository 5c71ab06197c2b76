"""The fake: one simulated AWS in this process, from start to stop."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import Any, ClassVar, ParamSpec, TypeVar, cast

from pytest_fakeaws.addresses import DEFAULT_ACCOUNT, Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownResource, WrongState, closest
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.clock import Clock
from pytest_fakeaws.handles.decoration import inside
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.process import Process
from pytest_fakeaws.handles.queue import Queue
from pytest_fakeaws.handles.targets import Targets
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.journal.timeline import timeline
from pytest_fakeaws.services.lambda_.code import Handler, name_of, resolve
from pytest_fakeaws.services.lambda_.event_invoke_config import EventInvokeConfig
from pytest_fakeaws.services.sqs.errors import QueueDoesNotExist
from pytest_fakeaws.services.sqs.queue import Queue as SimulatedQueue
from pytest_fakeaws.sim.instants import SECOND, Instant, duration, instant, seconds
from pytest_fakeaws.wire.clock_libraries import instant_shown
from pytest_fakeaws.wire.dispatch import Dispatch
from pytest_fakeaws.wire.environment import DEFAULT_REGION
from pytest_fakeaws.wire.freezes import Freezes
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.host import Host
from pytest_fakeaws.wire.host_time import HostTimeName, host_time
from pytest_fakeaws.wire.identity import Callers
from pytest_fakeaws.wire.interceptor import Interceptor
from pytest_fakeaws.wire.objects import S3Objects
from pytest_fakeaws.wire.stragglers import Stragglers
from pytest_fakeaws.wire.waits import Waits

__tracebackhide__ = HIDE_FROM_TRACEBACK

Decorated = TypeVar("Decorated", bound="Callable[..., Any] | type[unittest.TestCase]")

P = ParamSpec("P")

START = "2030-01-01T00:00:00Z"
"""The default start: plainly fictional, so that a mix of clocks shows."""


def active() -> FakeAWS | None:
    """The fake that is active now, or `None`."""
    return FakeAWS.active


class FakeAWS:
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
        permissions: `"same-account"`: inside an account everything is allowed.
        allow: Services, as boto3 names them, that may reach the network.

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
    ) -> None:
        options.check_account(account_id)
        options.check_permissions(permissions)
        self._place = Place(account_id, region)
        self._callers = Callers(account_id, accounts or {})
        self._seed = seed
        self._start_option = start if start in (None, "now") else instant(start or START)
        self._host_time: HostTimeName = host_time
        self._allow = (allow,) if isinstance(allow, str) else tuple(allow)
        self._cloud: Cloud | None = None
        self._dispatch: Dispatch
        self._host: Host
        self._waits: Waits
        self.clock = Clock(self._require_cloud, self._real_time, self._settled)

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
        interceptor = Interceptor(
            lambda: self._dispatch, self._callers.place, self._allow, waits.threads.greet
        )
        self._host = Host(self._place.region, interceptor, time, waits)
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
        cloud = self._cloud = Cloud(
            seed=self._seed,
            start=self._start,
            on_tick=self._host.show,
            gate=self._gate.inside,
            outside=self._gate.outside,
            companions=self._waits.threads,
            on_process=self._waits.watchdog.attend,
            read_object=S3Objects(self._gate.outside),
        )
        self._dispatch = Dispatch(
            cloud.operations(),
            cloud.simulation,
            cloud.journal,
            cloud.chance.ids("requests"),
            self._gate.inside,
        )

    def _end(self) -> None:
        if self._cloud is not None:
            try:
                with self._gate.inside:
                    self._cloud.simulation.end_all("the test is over")
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

    # What it holds

    @explained
    def create_queue(
        self,
        name: str,
        *,
        dead_letter_queue: bool | Queue | str | None = None,
        max_receive_count: int = 3,
        visibility_timeout: float | timedelta | str = 30,
        delay: float | timedelta | str = 0,
        retention: float | timedelta | str = "4 days",
        content_based_deduplication: bool = False,
        attributes: Mapping[str, str] | None = None,
    ) -> Queue:
        """Create an SQS queue; a name that ends in `.fifo` makes a FIFO queue.

        Args:
            name: Its name.
            dead_letter_queue: `True` makes one called `<name>-dlq`, for a FIFO queue
                `<stem>-dlq.fifo`; or a queue, a name or an ARN.
            max_receive_count: How often a message may be received before it goes there.
            visibility_timeout: How long a received message stays hidden from others.
            delay: How long a new message stays invisible.
            retention: How long a message is kept.
            content_based_deduplication: Whether a FIFO queue tells messages apart by their bodies.
            attributes: More attributes of the queue, by AWS's names.

        Raises:
            ServiceError: AWS would refuse the queue.
            UnknownResource: The dead-letter queue does not exist.
        """
        cloud = self._require_cloud()
        settings = {
            "VisibilityTimeout": seconds(duration(visibility_timeout)),
            "DelaySeconds": seconds(duration(delay)),
            "MessageRetentionPeriod": seconds(duration(retention)),
            **options.fifo_attributes(name, content_based=content_based_deduplication),
            **(attributes or {}),
        }
        if dead_letter_queue:
            target = self._dead_letter_arn(name, target=dead_letter_queue)
            settings["RedrivePolicy"] = (
                f'{{"deadLetterTargetArn": "{target}", "maxReceiveCount": {max_receive_count}}}'
            )
        with self._gate.inside:
            return Queue(self._require_cloud, cloud.queues.create(self._place, name, settings))

    def _dead_letter_arn(self, name: str, *, target: bool | Queue | str) -> str:
        if target is True:
            stem = name.removesuffix(".fifo")
            suffix = name.removeprefix(stem)
            return self.create_queue(f"{stem}-dlq{suffix}", retention="14 days").arn
        return target.arn if isinstance(target, Queue) else self.queue(str(target)).arn

    def queue(self, name_or_url_or_arn: str) -> Queue:
        """The handle of a queue, however it was created.

        Raises:
            UnknownResource: There is none.
        """
        queues = self._require_cloud().queues
        found: SimulatedQueue | None
        if name_or_url_or_arn.startswith("arn:"):
            found = queues.by_arn(name_or_url_or_arn)
        else:
            try:
                found = queues.by_url(self._place, name_or_url_or_arn)
            except QueueDoesNotExist:
                found = None
        if found is None:
            raise _unknown("queue", name_or_url_or_arn, [queue.name for queue in queues])
        return Queue(self._require_cloud, found)

    @explained
    def create_function(
        self,
        name: str,
        handler: Handler | str,
        *,
        timeout: int = 3,
        memory: int = 128,
        environment: Mapping[str, str] | None = None,
        reserved_concurrency: int | None = None,
        retry_attempts: int = 2,
        max_event_age: float | timedelta | str = "6h",
        dead_letter: Queue | str | None = None,
        on_success: Queue | Function | str | None = None,
        on_failure: Queue | Function | str | None = None,
    ) -> Function:
        """Create a Lambda function that runs in this process.

        Args:
            name: Its name.
            handler: A callable that takes an event and a context, or its dotted name.
            timeout: Seconds of virtual time that an invocation may take.
            memory: MB, as the context shows them.
            environment: What `os.environ` has more while the handler runs.
            reserved_concurrency: How many invocations may run at once; as many as the account has left
                unless given.
            retry_attempts: How often an asynchronous event is retried if the handler fails.
            max_event_age: How long such an event is kept.
            dead_letter: The queue that gets events which are given up.
            on_success: The queue or function that gets a record of each event that was handled.
            on_failure: The queue or function that gets a record of each event that is given up.

        Each of these three is a handle, a name or an ARN.

        Raises:
            HandlerNotFound: The dotted name does not import.
            ServiceError: AWS would refuse the function.
            UnknownOption: AWS delivers nothing to such a queue or function.
            UnknownResource: There is no queue or function of that name.
        """
        cloud = self._require_cloud()
        options.check_environment(environment or {})
        options.check_number("retry_attempts", retry_attempts)
        if reserved_concurrency is not None:
            options.check_number("reserved_concurrency", reserved_concurrency)
        targets = Targets(cloud, self._place)
        config = EventInvokeConfig(
            retry_attempts,
            duration(max_event_age) // SECOND,
            targets.destination("on_success", on_success),
            targets.destination("on_failure", on_failure),
        )
        dead_letter_arn = targets.dead_letter(dead_letter)
        # Before the gate: what is imported may itself call AWS.
        resolved = resolve(handler)
        with self._gate.inside:
            config.check()
            function = cloud.functions.create(
                self._place,
                name,
                resolved,
                handler_name=name_of(handler),
                timeout=timeout,
                memory=memory,
                environment=environment or {},
                dead_letter_arn=dead_letter_arn,
                reserved_concurrency=reserved_concurrency,
            )
            if not config.is_default:
                cloud.functions.events.configure(cloud.functions.target(self._place, name), config)
        return Function(self._require_cloud, function)

    def function(self, name: str) -> Function:
        """The handle of a function.

        Raises:
            UnknownResource: There is none.
        """
        functions = self._require_cloud().functions
        for function in functions:
            if name in (function.name, function.arn):
                return Function(self._require_cloud, function)
        raise _unknown("function", name, [function.name for function in functions])

    def spawn(self, code: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> Process:
        """Run a consumer of your own beside the test, in virtual time.

        It begins at the present instant, the next time time is driven, and ends when it returns, when
        it is killed, or with the test. `async def` works too.

        Args:
            code: What to run.
            args: What it is given.
            kwargs: What it is given by name.

        Raises:
            UnknownOption: It cannot be called, or is a generator.
        """
        return Process(self._require_cloud(), code, args, kwargs)

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
    def journal(self) -> Journal:
        """Everything that happened, oldest first."""
        cloud = self._cloud or self._require_cloud()
        cloud.settle()
        return cloud.journal

    def timeline(self) -> str:
        """What happened to the messages, as a failing test's report shows it."""
        return timeline(self.journal, start=self._start, seed=self._seed)

    def __repr__(self) -> str:
        state = f"at {self.clock.now().isoformat()}" if FakeAWS.active is self else "not active"
        return f"<FakeAWS {state}, seed {self._seed}>"


def _unknown(kind: str, name: str, known: list[str]) -> UnknownResource:
    return UnknownResource(
        f'There is no {kind} "{name}".',
        f"Existing: {', '.join(sorted(known)) or 'none'}.",
        closest(name, known) if known else f"Create it first, with fakeaws.create_{kind}().",
    )
