"""The functions of a fake: what a test creates and finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.options import RecursiveLoop
from pytest_fakeaws.handles.owner import Owner, unknown

if TYPE_CHECKING:
    from pytest_fakeaws.handles.function import Function
    from pytest_fakeaws.handles.queue import Queue
    from pytest_fakeaws.handles.topic import Topic
    from pytest_fakeaws.services.lambda_.code import Handler
    from pytest_fakeaws.services.lambda_.function import Function as SimulatedFunction

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Functions(Owner):
    """An owner of functions."""

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
        from pytest_fakeaws.handles.targets import Targets
        from pytest_fakeaws.services.lambda_.code import name_of, resolve
        from pytest_fakeaws.services.lambda_.event_invoke_config import EventInvokeConfig

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
        return self._function(function)

    def function(self, name: str) -> Function:
        """The handle of a function.

        Raises:
            UnknownResource: There is none.
        """
        functions = self._require_cloud().functions
        for function in functions:
            if name in (function.name, function.arn):
                return self._function(function)
        raise unknown("function", name, [function.name for function in functions])

    def _function(self, function: SimulatedFunction) -> Function:
        from pytest_fakeaws.handles.function import Function

        return Function(self._require_cloud, function)
