"""Queues without boto3, and a consumer that talks about messages by their bodies."""

from __future__ import annotations

import json

import pytest

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.sqs.message import Content, Message, State
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.instants import duration

HERE = Place("123456789012", "us-east-1")


class Consumer:
    """A queue and its only consumer, who keeps the latest receipt handle of each message.

    Args:
        queue: The queue, also under this name.
    """

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.received: dict[str, Message] = {}
        self.handles: dict[str, str] = {}

    def send(self, *bodies, delay=None, group=None, deduplication_id=None):
        """Send a message for each body, and return the last."""
        for body in bodies:
            content = Content(body, group=group, deduplication_id=deduplication_id)
            sent = self.queue.send(content, None if delay is None else duration(delay))
        return sent

    def receive(self, maximum=1, *, visibility=None, wait=0, attempt=None):
        """Receive, and return the bodies."""
        hidden = None if visibility is None else duration(visibility)
        messages = self.queue.receive_within(maximum, hidden, duration(wait), attempt)
        for message in messages:
            self.received[message.content.body] = message
            self.handles[message.content.body] = self.queue.receipt_handle(message)
        return [message.content.body for message in messages]

    def delete(self, body):
        """Delete by the latest handle."""
        self.queue.delete(self.handles[body])

    def change_visibility(self, body, visibility):
        """Change the visibility by the latest handle."""
        self.queue.change_visibility(self.handles[body], duration(visibility))

    def bodies(self, *states):
        """What the queue holds at these states, at any unless said."""
        states = states or (State.DELAYED, State.WAITING, State.IN_FLIGHT)
        return [message.content.body for message in self.queue.messages(*states)]

    @property
    def counts(self):
        """How many messages wait, are in flight and are delayed."""
        states = (State.WAITING, State.IN_FLIGHT, State.DELAYED)
        return tuple(self.queue.count(state) for state in states)


@pytest.fixture
def create(cloud):
    """Creates a queue, with attributes by AWS's names, and returns its consumer."""

    def create(name="orders", *, place=HERE, **attributes):
        texts = {key: str(value) for key, value in attributes.items()}
        return Consumer(cloud.queues.create(place, name, texts))

    return create


@pytest.fixture
def orders(create):
    """A queue with AWS's defaults."""
    return create("orders")


@pytest.fixture
def fifo(create):
    """A FIFO queue that tells messages apart by their bodies."""
    return create("orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")


@pytest.fixture
def dead(create):
    """The dead-letter queue of `source`."""
    return create("orders-dlq")


@pytest.fixture
def source(create, dead):
    """A queue whose messages may be received twice, for ten seconds each."""
    policy = {"deadLetterTargetArn": dead.queue.arn, "maxReceiveCount": 2}
    return create("orders", VisibilityTimeout=10, RedrivePolicy=json.dumps(policy))


@pytest.fixture
def advance(cloud):
    """Lets time pass."""
    return lambda by: cloud.simulation.sleep(duration(by))


@pytest.fixture
def now(cloud):
    """Tells how long ago the start is, in seconds."""
    return lambda: (cloud.simulation.now - cloud.simulation.start) / 1_000_000


@pytest.fixture
def later(cloud):
    """Puts a call down for later."""

    def later(by, call):
        cloud.simulation.at(cloud.simulation.now + duration(by), call, who="the test")

    return later
