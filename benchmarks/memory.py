"""Memory: bytes of a waiting message of 100 bytes without its facts, and of a fact of the journal.

Traced by tracemalloc, which counts what Python's allocator was asked for. Each message has a body of
its own, and each is sent at another instant. A fact is measured while its message waits, and when the
message is gone, so that its id and its text are the journal's alone.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator

from benchmarks.contestants import have_access, ours
from benchmarks.harness import Effort, Row, main
from pytest_fakeaws.addresses import DEFAULT_ACCOUNT, Place
from pytest_fakeaws.journal.journal import LIMIT, Journal
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.message import Content
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import SECOND, instant
from pytest_fakeaws.sim.simulation import Simulation
from pytest_fakeaws.wire.environment import DEFAULT_REGION

_MESSAGES, _MESSAGES_OF_CALLS = 200_000, 5_000
_START = instant("2030-01-01T00:00:00Z")


class World:
    """One queue on a clock of its own.

    Args:
        facts: How many facts its journal keeps.
    """

    def __init__(self, facts: int) -> None:
        self.simulation = Simulation(_START)
        self.journal = Journal(self.simulation, facts)
        directory = QueueDirectory(self.simulation, self.journal, Chance(0))
        self.queue: Queue = directory.create(
            Place(DEFAULT_ACCOUNT, DEFAULT_REGION), "orders", {"MessageRetentionPeriod": "1209600"}
        )

    def send(self, number: int) -> None:
        """Send *number* messages, one a second."""
        for position in range(number):
            self.simulation.sleep(SECOND)
            self.queue.send(Content(f"{position:0100}"))

    def handle(self, number: int) -> None:
        """Send, receive and delete *number* messages."""
        for _ in range(number):
            self.send(1)
            (message,) = self.queue.receive(1)
            self.queue.delete(self.queue.receipt_handle(message))


def measure(effort: Effort) -> Iterator[Row]:
    """The message, then the fact in its two ways."""
    number = effort.size(_MESSAGES)
    bare = _traced(lambda: _filled(number, facts=0)) / number
    yield Row("a waiting message of 100 bytes, no facts", bare, "B", 700)
    with_facts = _traced(lambda: _filled(number, facts=number)) / number
    yield Row("a fact whose message waits", with_facts - bare, "B", 250)
    handled = _traced(lambda: _handled(number)) / number
    yield Row("a fact whose message is gone", handled, "B", 250, note="sent, received, deleted")
    calls = effort.size(_MESSAGES_OF_CALLS)
    yield Row(
        "a fact of traffic through boto3",
        _traffic(calls) / (6 * calls),
        "B",
        250,
        note="the same with a fact for each call",
    )
    yield Row("a full journal", handled * LIMIT, "B", note=f"{LIMIT:,} facts, all of that kind")


def _filled(number: int, facts: int) -> World:
    world = World(facts)
    world.send(number)
    return world


def _handled(facts: int) -> World:
    world = World(facts)
    world.handle(facts // 3 + 1)
    return world


def _traffic(number: int) -> int:
    """How many bytes remain of messages that were sent, received and deleted through boto3."""
    have_access()
    with ours("sqs") as (aws, client):
        url = client.create_queue(QueueName="orders")["QueueUrl"]

        def handle(count: int) -> None:
            for position in range(count):
                aws.clock.advance(1)
                client.send_message(QueueUrl=url, MessageBody=f"{position:0100}")
                (message,) = client.receive_message(QueueUrl=url)["Messages"]
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

        handle(10)
        return _traced(lambda: handle(number))


def _traced(build: Callable[[], object]) -> int:
    """How many bytes *build* leaves behind, in what it returns or elsewhere."""
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    built = build()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del built
    return after - before


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
