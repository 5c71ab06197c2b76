"""The resources of a fake: what a test creates in it, finds in it, and runs beside itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import ParamSpec

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, UnknownResource, closest
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.http_endpoint import HttpEndpoint
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.options import RecursiveLoop
from pytest_fakeaws.handles.process import Process
from pytest_fakeaws.handles.queue import Queue
from pytest_fakeaws.handles.targets import Targets
from pytest_fakeaws.handles.topic import Topic
from pytest_fakeaws.services.lambda_.code import Handler, name_of, resolve
from pytest_fakeaws.services.lambda_.event_invoke_config import EventInvokeConfig
from pytest_fakeaws.services.sns.http_endpoints import HttpHandler
from pytest_fakeaws.services.sns.outbox import Outbox
from pytest_fakeaws.services.sns.protocols import is_phone_number
from pytest_fakeaws.services.sqs.errors import QueueDoesNotExist
from pytest_fakeaws.services.sqs.queue import Queue as SimulatedQueue
from pytest_fakeaws.sim.instants import duration, seconds

__tracebackhide__ = HIDE_FROM_TRACEBACK

P = ParamSpec("P")


class Resources(ABC):
    """Queues, topics, functions and processes.

    Args:
        place: The account and region that they live in.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    @abstractmethod
    def _require_cloud(self) -> Cloud:
        """The cloud that holds them, of a fake that is active."""

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
            **options.fifo_attributes(name, "FifoQueue", content_based=content_based_deduplication),
            **(attributes or {}),
        }
        if dead_letter_queue:
            target = self._dead_letter_arn(name, target=dead_letter_queue)
            settings["RedrivePolicy"] = (
                f'{{"deadLetterTargetArn": "{target}", "maxReceiveCount": {max_receive_count}}}'
            )
        with cloud.gate:
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
    def create_topic(
        self,
        name: str,
        *,
        content_based_deduplication: bool = False,
        attributes: Mapping[str, str] | None = None,
    ) -> Topic:
        """Create an SNS topic; a name that ends in `.fifo` makes a FIFO topic.

        Args:
            name: Its name.
            content_based_deduplication: Whether a FIFO topic tells messages apart by their texts.
            attributes: More attributes of the topic, by AWS's names.

        Raises:
            ServiceError: AWS would refuse the topic.
        """
        cloud = self._require_cloud()
        settings = {
            **options.fifo_attributes(name, "FifoTopic", content_based=content_based_deduplication),
            **(attributes or {}),
        }
        with cloud.gate:
            return Topic(self._require_cloud, cloud.topics.create(self._place, name, settings))

    def topic(self, name_or_arn: str) -> Topic:
        """The handle of a topic, however it was created.

        Raises:
            UnknownResource: There is none.
        """
        topics = self._require_cloud().topics
        found = topics.by_arn(name_or_arn) or topics.by_arn(self._place.arn("sns", name_or_arn))
        if found is None:
            raise _unknown("topic", name_or_arn, [topic.name for topic in topics])
        return Topic(self._require_cloud, found)

    def http_endpoint(self, url: str, handler: HttpHandler) -> HttpEndpoint:
        """Let a callable answer what SNS sends to a URL, until the fake stops or is reset.

        It runs as a process of the simulation, the next time time is driven, and so may wait. Where nobody
        answers, connections are refused.

        Args:
            url: With http or https. Requests with a query reach it too, if it has none.
            handler: Takes a request with `url`, `headers`, `body` and `json()`; returns a status, a response
                with `status_code`, or nothing for 200. If it raises, SNS sees 500.

        Raises:
            UnknownOption: The URL is none, or the handler cannot be called.

        Example:
            >>> fakeaws.http_endpoint("https://shop.example/hook", lambda request: 200)  # doctest: +SKIP
        """
        return HttpEndpoint(self._require_cloud, url, handler)

    def opt_out(self, phone_number: str) -> None:
        """Let the owner of a telephone number want no more text messages, as by answering STOP.

        Args:
            phone_number: The number, in the form +15551234567.

        Raises:
            UnknownOption: It is no telephone number.
        """
        if not is_phone_number(phone_number):
            raise UnknownOption(
                f"{phone_number!r} is no telephone number.",
                "Telephone numbers begin with a plus sign and the code of a country.",
                'Write, for example, "+15551234567".',
            )
        cloud = self._require_cloud()
        with cloud.gate:
            cloud.topics.sms.account(self._place).opted_out.add(phone_number)

    @property
    def outbox(self) -> Outbox:
        """What SNS has sent to people: `outbox.emails`, `outbox.sms` and `outbox.pushes`."""
        return self._require_cloud().outbox

    @explained
    def create_function(
        self,
        name: str,
        handler: Handler | str,
        *,
        timeout: float | timedelta | str = 3,
        memory: int = 128,
        environment: Mapping[str, str] | None = None,
        reserved_concurrency: int | None = None,
        retry_attempts: int = 2,
        max_event_age: float | timedelta | str = "6h",
        dead_letter: Queue | Topic | str | None = None,
        on_success: Queue | Topic | Function | str | None = None,
        on_failure: Queue | Topic | Function | str | None = None,
        recursive_loop: RecursiveLoop = "Terminate",
    ) -> Function:
        """Create a Lambda function that runs in this process.

        Args:
            name: Its name.
            handler: A callable that takes an event and a context, or its dotted name.
            timeout: How long an invocation may take, in virtual time.
            memory: MB, as the context shows them.
            environment: What `os.environ` has more while the handler runs.
            reserved_concurrency: How many invocations may run at once; as many as the account has left
                unless given.
            retry_attempts: How often an asynchronous event is retried if the handler fails.
            max_event_age: How long such an event is kept.
            dead_letter: The queue or topic that gets events which are given up.
            on_success: The queue, topic or function that gets a record of each event that was handled.
            on_failure: The queue, topic or function that gets a record of each event that is given up.

            recursive_loop: `"Allow"` lets it be invoked in a circle for ever; `"Terminate"` refuses its 17th
                invocation in one chain.

        Dead-letter queue and destinations are a handle, a name or an ARN.

        Raises:
            HandlerNotFound: The dotted name does not import.
            ServiceError: AWS would refuse the function.
            UnknownOption: AWS delivers nothing to such a queue, topic or function.
            UnknownResource: There is no queue, topic or function of that name.
        """
        cloud = self._require_cloud()
        options.check_environment(environment or {})
        options.check_number("memory", memory)
        options.check_number("retry_attempts", retry_attempts)
        options.check_choice("recursive_loop", recursive_loop, ("Allow", "Terminate"))
        if reserved_concurrency is not None:
            options.check_number("reserved_concurrency", reserved_concurrency)
        targets = Targets(cloud, self._place)
        config = EventInvokeConfig(
            retry_attempts,
            options.whole_seconds("max_event_age", max_event_age),
            targets.destination("on_success", on_success),
            targets.destination("on_failure", on_failure),
        )
        dead_letter_arn = targets.dead_letter(dead_letter)
        # Before the gate: what is imported may itself call AWS.
        resolved = resolve(handler)
        with cloud.gate:
            config.check()
            function = cloud.functions.create(
                self._place,
                name,
                resolved,
                handler_name=name_of(handler),
                timeout=options.whole_seconds("timeout", timeout),
                memory=memory,
                environment=environment or {},
                dead_letter_arn=dead_letter_arn,
                reserved_concurrency=reserved_concurrency,
            )
            if recursive_loop == "Allow":
                cloud.functions.invoker.traces.allow(function, allowed=True)
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


def _unknown(kind: str, name: str, known: list[str]) -> UnknownResource:
    return UnknownResource(
        f'There is no {kind} "{name}".',
        f"Existing: {', '.join(sorted(known)) or 'none'}.",
        closest(name, known) if known else f"Create it first, with fakeaws.create_{kind}().",
    )
