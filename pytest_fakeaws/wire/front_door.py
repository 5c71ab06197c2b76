"""The front door: an HTTP request in, an HTTP response out, for whoever speaks HTTP and not botocore.

The dispatch behind it is that of the everyday door, and the answers are the same. Nothing here knows
sockets: an endpoint for other processes, and whatever answers plain HTTP in this one, hand over what
they got and send what they are given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from botocore.model import OperationModel

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import TRACE_HEADER
from pytest_fakeaws.wire.attempts import Call
from pytest_fakeaws.wire.destinations import dialect, sender
from pytest_fakeaws.wire.dispatch import Answer, Dispatch
from pytest_fakeaws.wire.protocols import WireProtocol
from pytest_fakeaws.wire.protocols.errors import ProtocolError
from pytest_fakeaws.wire.protocols.http import Request, Response
from pytest_fakeaws.wire.protocols.spoken import spoken
from pytest_fakeaws.wire.queue_urls import leading_to


class FrontDoor:
    """Answers HTTP requests.

    Args:
        dispatch: Returns the dispatch to use; a reset makes a new one.
        caller: Tells the account and region of a sender, by access key and region, either of which may
            be empty: `Callers.place_of`.
    """

    def __init__(
        self, dispatch: Callable[[], Dispatch], caller: Callable[[str, str], Place]
    ) -> None:
        self._dispatch = dispatch
        self._caller = caller

    def answer(self, request: Request, base: str = "") -> Response:
        """The response to *request*, whatever its bytes are.

        Waits in virtual time where the operation does: a long poll, a synchronous invocation.

        Args:
            request: The request.
            base: Where the URLs of queues lead that it is told; to AWS, unless it is given.

        Raises:
            NotSimulated: It is for a service, or an operation, that is not simulated.
            Broken: Something was made to break the connection; there is no response.
            ProcessEnded: The sender is a process that was ended; it takes no effect.
        """
        letter = self._open(request)
        answer = letter.answered or self._dispatch().call(*letter.call)
        if base and letter.call.service == "sqs":
            answer.result = leading_to(base, answer.result)
        return letter.response(answer)

    async def answer_async(self, request: Request) -> Response:
        """The same, letting other tasks of the running loop go on while it waits."""
        letter = self._open(request)
        answer = letter.answered or await self._dispatch().call_async(*letter.call)
        return letter.response(answer)

    def _open(self, request: Request) -> _Letter:
        """Read *request*; one that cannot be read is refused as AWS would."""
        by = sender(request)
        name = dialect(request, by.service)
        protocol = spoken(name)
        service = name.partition("-")[0]
        operation: OperationModel | None = None
        try:
            operation = protocol.operation(request)
            parameters = protocol.parameters(request, operation)
        except ProtocolError as error:
            called = "" if operation is None else operation.name
            refusal = self._dispatch().refuse(service, called, error)
            return _Letter(protocol, operation, _NO_CALL, refusal)
        trace = request.headers.get("x-amzn-trace-id")
        if trace is not None:
            parameters[TRACE_HEADER] = unquote(trace)
        call = Call(service, operation.name, self._caller(by.access_key, by.region), parameters)
        return _Letter(protocol, operation, call, self._dispatch().answer_alone(*call))


_NO_CALL = Call("", "", Place("", ""), {})


class _Letter(NamedTuple):
    """A request that was opened: a call, and its answer where it is clear already."""

    protocol: WireProtocol
    operation: OperationModel | None
    call: Call
    answered: Answer | None

    def response(self, answer: Answer) -> Response:
        """The response that *answer* makes."""
        if answer.error is not None:
            return self.protocol.error(answer.error, answer.request_id, answer.at, self.operation)
        assert self.operation is not None
        return self.protocol.result(answer.result, answer.request_id, answer.at, self.operation)
