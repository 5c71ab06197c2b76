"""A standard queue with a dead-letter queue, against a model that is too plain to be wrong."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import InvalidParameterValue
from pytest_fakeaws.sim.instants import SECOND

HERE = Place("123456789012", "us-east-1")
RETENTION = 100
VISIBILITY = 10
MAX_RECEIVES = 2
COUNTS = ("", "NotVisible", "Delayed")


@dataclass
class Sent:
    """What the model knows about a message.

    Attributes:
        body: Its body, of which there is no other.
        queue: The queue that holds it, or `None` where it is gone.
        sent_at: When it was sent.
        visible_at: When it is, or was, available next.
        delayed: Whether it has yet to be available for the first time.
        receives: How often it was received.
        handle: The latest receipt handle.
    """

    body: str
    queue: str | None
    sent_at: int
    visible_at: int
    delayed: bool
    receives: int = 0
    handle: str = ""

    def stands(self, now: int) -> str:
        """Where it stands, as the names of the approximate numbers have it."""
        if now >= self.visible_at:
            return ""
        return "Delayed" if self.delayed else "NotVisible"


class StandardQueue(RuleBasedStateMachine):
    """Sends, receives, deletes and waits at random, and checks every answer."""

    handles = Bundle("handles")

    def __init__(self):
        super().__init__()
        self.cloud = Cloud(
            seed=0,
            start=0,
            on_tick=lambda _: None,
            gate=nullcontext(),
            outside=nullcontext(),
        )
        self.operations = self.cloud.operations
        self.sent: list[Sent] = []
        retention = {"MessageRetentionPeriod": str(RETENTION)}
        self.call("CreateQueue", QueueName="dead", Attributes=retention)
        policy = {
            "deadLetterTargetArn": HERE.arn("sqs", "dead"),
            "maxReceiveCount": MAX_RECEIVES,
        }
        self.call(
            "CreateQueue",
            QueueName="orders",
            Attributes={
                **retention,
                "VisibilityTimeout": str(VISIBILITY),
                "RedrivePolicy": json.dumps(policy),
            },
        )

    def call(self, operation, **parameters):
        """Call an operation as the wire does."""
        return self.operations["sqs", operation](HERE, parameters)

    @property
    def now(self):
        """Whole seconds since the start."""
        return self.cloud.simulation.now // SECOND

    def expire(self):
        """Let the model forget what is too old."""
        for message in self.sent:
            if self.now >= message.sent_at + RETENTION:
                message.queue = None

    def held_by(self, queue):
        """What the model says is in a queue."""
        self.expire()
        return [message for message in self.sent if message.queue == queue]

    @rule(delay=st.sampled_from([0, 0, 5, 20]), tenant=st.sampled_from([None, "g", "g", "h"]))
    def send(self, delay, tenant):
        """A message is accepted; whose it is decides about nothing but the order."""
        body = str(len(self.sent))
        group = {} if tenant is None else {"MessageGroupId": tenant}
        self.call("SendMessage", QueueUrl="orders", MessageBody=body, DelaySeconds=delay, **group)
        self.sent.append(Sent(body, "orders", self.now, self.now + delay, delayed=delay > 0))

    @rule(
        target=handles,
        queue=st.sampled_from(["orders", "orders", "dead"]),
        maximum=st.integers(1, 10),
        visibility=st.sampled_from([None, 0, 3, 30]),
        wait=st.sampled_from([0, 0, 4]),
    )
    def receive(self, queue, maximum, visibility, wait):
        """As many as there are, none twice, none that is hidden, and the right ones move on."""
        parameters = {} if visibility is None else {"VisibilityTimeout": visibility}
        before = self.now
        answer = self.call(
            "ReceiveMessage",
            QueueUrl=queue,
            MaxNumberOfMessages=maximum,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
            **parameters,
        ).get("Messages", [])
        assert before <= self.now <= before + wait
        assert answer or self.now == before + wait
        received = {message["Body"]: message for message in answer}
        assert len(received) == len(answer) <= maximum

        available = [one for one in self.held_by(queue) if self.now >= one.visible_at]
        worn_out = [one for one in available if one.receives >= MAX_RECEIVES and queue == "orders"]
        fresh = {one.body: one for one in available if one not in worn_out}
        assert set(received) <= set(fresh)
        assert len(received) == min(maximum, len(fresh))

        moved = self.bodies("dead")
        for one in worn_out:
            if one.body in moved:
                one.queue = "dead"
        if len(received) < maximum:
            assert {one.queue for one in worn_out} <= {"dead"}
        hidden = VISIBILITY if visibility is None and queue == "orders" else visibility
        for body, message in received.items():
            one = fresh[body]
            one.receives += 1
            one.delayed = False
            one.visible_at = self.now + (30 if hidden is None else hidden)
            one.handle = message["ReceiptHandle"]
            assert message["Attributes"] == {"ApproximateReceiveCount": str(one.receives)}
        return queue, [message["ReceiptHandle"] for message in answer]

    @rule(received=consumes(handles))
    def delete(self, received):
        """The latest handle deletes, an earlier one does not."""
        queue, handles = received
        for handle in handles:
            self.call("DeleteMessage", QueueUrl=queue, ReceiptHandle=handle)
            for message in self.held_by(queue):
                if message.handle == handle:
                    message.queue = None

    @rule(received=handles, visibility=st.sampled_from([0, 1, 15]))
    def change_visibility(self, received, visibility):
        """A message in flight is hidden from now on; one that is gone is an error."""
        queue, handles = received
        for handle in handles:
            held = [one for one in self.held_by(queue) if one.handle == handle]
            try:
                self.call(
                    "ChangeMessageVisibility",
                    QueueUrl=queue,
                    ReceiptHandle=handle,
                    VisibilityTimeout=visibility,
                )
            except InvalidParameterValue:
                assert not held
            for message in held:
                if self.now < message.visible_at:
                    message.visible_at = self.now + visibility

    @rule(by=st.sampled_from([0, 1, 5, 10, 40]))
    def wait(self, by):
        """Time goes on."""
        self.cloud.simulation.sleep(by * SECOND)

    def bodies(self, queue):
        """What the views of a queue show."""
        found = self.cloud.queues.by_arn(HERE.arn("sqs", queue))
        return {message.content.body for message in found.messages(0, 1, 2)}

    @invariant()
    def nothing_is_lost(self):
        """Each queue holds what the model says, and every other message is accounted for."""
        for queue in ("orders", "dead"):
            assert self.bodies(queue) == {message.body for message in self.held_by(queue)}

    @invariant()
    def counts_add_up(self):
        """GetQueueAttributes tells how many messages stand where."""
        names = [f"ApproximateNumberOfMessages{which}" for which in COUNTS]
        for queue in ("orders", "dead"):
            answer = self.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=names)
            stands = [message.stands(self.now) for message in self.held_by(queue)]
            counted = [int(answer["Attributes"][name]) for name in names]
            assert counted == [stands.count(which) for which in COUNTS]


StandardQueue.TestCase.settings = settings(deadline=None, max_examples=100, stateful_step_count=30)


@pytest.mark.slow
class TestStandardQueue(StandardQueue.TestCase):
    """Hypothesis looks for a life of a queue that the model did not foresee."""

    @pytest.fixture(autouse=True)
    def tenants_are_noisy_soon(self, monkeypatch):
        """Two messages in flight are many."""
        monkeypatch.setattr(limits, "NOISY_IN_FLIGHT", 2)
