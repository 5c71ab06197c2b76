"""The HTTP endpoint: a request over a socket, over what it is made of.

One contestant asks the endpoint. The other asks the same server library, which answers a constant of the same
size, and hands the same request to the front door besides. The client of both is in the process too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from benchmarks.contestants import BODY, ours, repeated
from benchmarks.harness import Costs, Effort, Row, Setting, cpu, interleaved, main
from pytest_fakeaws.wire.endpoint.server import HttpServer
from pytest_fakeaws.wire.front_door import FrontDoor
from pytest_fakeaws.wire.protocols.http import Request, Response

_CALLS = 100
_BUDGET = 1.3
_HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=A/20300101/us-east-1/sqs/aws4_request",
}
_KINDS = {
    "send_message": ("SendMessage", f'{{"QueueUrl": "orders", "MessageBody": "{BODY}"}}'),
    "receive_message(1)": ("ReceiveMessage", '{"QueueUrl": "orders"}'),
}


def measure(effort: Effort) -> Iterator[Row]:
    """One row for each kind of call."""
    for what in _KINDS:
        costs = _compared(what, effort)
        yield costs.ratio(f"{what}: endpoint / bare server + wire door", "ours", "floor", _BUDGET)


def _compared(what: str, effort: Effort) -> Costs:
    calls = effort.size(_CALLS)
    return interleaved(
        {
            "ours": cpu(_setting(what, calls, whole=True), calls),
            "floor": cpu(_setting(what, calls, whole=False), calls),
        },
        effort.rounds(15),
    )


def _setting(what: str, calls: int, *, whole: bool) -> Setting:
    operation, body = _KINDS[what]
    headers = {**_HEADERS, "X-Amz-Target": f"AmazonSQS.{operation}"}

    @contextmanager
    def setting() -> Iterator[Callable[[], None]]:
        with ours("sqs") as (fake, _):
            queue = fake.create_queue("orders")
            for _ in range(2 * calls):
                queue.send(BODY)
            door = FrontDoor(lambda: fake._dispatch, fake._callers.place_of)
            request = Request("POST", "/", headers, body.encode())
            if whole:
                with fake.serve(moment=0) as endpoint, _asking(endpoint, headers, body) as ask:
                    yield repeated(ask, calls)
                return
            constant = door.answer(request)
            with _bare(constant) as server, _asking(server, headers, body) as ask:

                def both() -> None:
                    ask()
                    door.answer(Request("POST", "/", headers, body.encode()))

                yield repeated(both, calls)

    return setting


@contextmanager
def _bare(constant: Response) -> Iterator[Any]:
    """The server library itself, with the same settings, behind which there is nothing but a constant."""
    server = HttpServer(lambda _: constant, "127.0.0.1", 0)
    headers = [*constant.headers.items(), ("content-length", str(len(constant.body)))]

    def application(_: Any, start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", headers)
        return [constant.body]

    server._server.application = application
    try:
        yield server
    finally:
        server.stop(lambda: None)


@contextmanager
def _asking(server: Any, headers: dict[str, str], body: str) -> Iterator[Callable[[], None]]:
    connection = HTTPConnection(server.host, server.port)

    def ask() -> None:
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()  # noqa: PLR2004
        answer.read()

    try:
        yield ask
    finally:
        connection.close()


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
