"""The wire door: a call answered through bytes, over a bare `before-send` answer.

Both clients build, sign and send each request and parse each response as ever. One is answered with
constant bytes; the other's requests go through the front door: they are parsed, carried out, and what
comes of it is serialised. Most of the time of either is botocore's own. What limits the ratio is reading
and checking a request member by member, which shows most with a batch; and an invocation has a process
of its own and runs a handler, which is not the door's doing: so it has no budget here, see `functions`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

from benchmarks.contestants import BODY, have_access, ours, repeated
from benchmarks.harness import Costs, Effort, Row, Setting, cpu, interleaved, main
from pytest_fakeaws.wire.front_door import FrontDoor
from pytest_fakeaws.wire.protocols.http import Request, Response

_CALLS = 100
_BUDGET = 1.6
_ENTRIES = [{"Id": str(number), "MessageBody": BODY} for number in range(10)]
_ARN = "arn:aws:sns:us-east-1:123456789012:news"
_KINDS: dict[str, tuple[str, Callable[[Any, str], object]]] = {
    "send_message": (
        "sqs",
        lambda client, url: client.send_message(QueueUrl=url, MessageBody=BODY),
    ),
    "receive_message(1)": ("sqs", lambda client, url: client.receive_message(QueueUrl=url)),
    "send_message_batch(10)": (
        "sqs",
        lambda client, url: client.send_message_batch(QueueUrl=url, Entries=_ENTRIES),
    ),
    "publish": ("sns", lambda client, _: client.publish(TopicArn=_ARN, Message=BODY)),
    "invoke": ("lambda", lambda client, _: client.invoke(FunctionName="work", Payload=b"{}")),
}


def measure(effort: Effort) -> Iterator[Row]:
    """One row for each kind of call."""
    have_access()
    for what in _KINDS:
        costs = _compared(what, effort)
        budget = None if what == "invoke" else _BUDGET
        yield costs.ratio(f"{what}: wire door / bare before-send", "ours", "floor", budget)


def _compared(what: str, effort: Effort) -> Costs:
    calls = effort.size(_CALLS)
    return interleaved(
        {
            "ours": cpu(_setting(what, calls, constant=False), calls),
            "floor": cpu(_setting(what, calls, constant=True), calls),
        },
        effort.rounds(25),
    )


def _setting(what: str, calls: int, *, constant: bool) -> Setting:
    service, call = _KINDS[what]

    @contextmanager
    def setting() -> Iterator[Callable[[], None]]:
        with ours(service) as (fake, client):
            url = fake.create_queue("orders").url
            fake.create_topic("news")
            fake.create_function("work", lambda *_: None)
            filling = boto3.client("sqs")
            for _ in range(calls // 10 + 1):
                filling.send_message_batch(QueueUrl=url, Entries=_ENTRIES)
            door = FrontDoor(lambda: fake._dispatch, fake._callers.place_of)
            through = _through(door.answer)
            _answer_sent(client, _Constant(through) if constant else through)
            yield repeated(lambda: call(client, url), calls)

    return setting


class _Constant:
    """Answers everything with what it answered first."""

    def __init__(self, answer: Callable[[Any], Response]) -> None:
        self._answer = answer
        self._kept: Response | None = None

    def __call__(self, request: Any) -> Response:
        if self._kept is None:
            self._kept = self._answer(request)
        return self._kept


def _through(answer: Callable[[Request], Response]) -> Callable[[Any], Response]:
    """Hands over a request of botocore's."""

    def hand_over(request: Any) -> Response:
        headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        body = request.body or b""
        sent = body.encode() if isinstance(body, str) else body
        return answer(Request(request.method, request.url, headers, sent))

    return hand_over


def _answer_sent(client: Any, answer: Callable[[Any], Response]) -> None:
    """Let the requests of *client* be made, sent and answered as bytes."""

    def call(model: Any, params: Any, **_: Any) -> Any:
        return client._endpoint.make_request(model, params)

    def send(request: Any, **_: Any) -> AWSResponse:
        status, headers, body = answer(request)
        return AWSResponse(request.url, status, headers, _Raw(body))

    client.meta.events.register("before-call", call)
    client.meta.events.register("before-send", send)


class _Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
