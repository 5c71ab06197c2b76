"""A FIFO queue with a FIFO dead-letter queue, against a model that is too plain to be wrong."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.services.sqs.errors import InvalidParameterValue, PurgeQueueInProgress
from pytest_fakeaws.sim.instants import SECOND

HERE = Place("123456789012", "us-east-1")
ORDERS, DEAD = "orders.fifo", "dead.fifo"
QUEUES = (ORDERS, DEAD)
RETENTION = 60
VISIBILITY = {ORDERS: 10, DEAD: 30}
MAX_RECEIVES = 2
FIVE_MINUTES = 300
COUNTS = ("", "NotVisible", "Delayed")
FIFO = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "true",
    "MessageRetentionPeriod": str(RETENTION),
}


@dataclass(eq=False)
class Sent:
    """What the model knows about a message.

    Attributes:
        id: Its message id.
        group: Its message group.
        sent_at: When it was sent to the queue that holds it.
        visible_at: When it is, or was, available next.
        delayed: Whether it has yet to be available for the first time.
        receives: How often it was received.
        handle: The latest receipt handle, of the queue that holds it.
        hold: What a receive and each later change of its visibility replace.
    """

    id: str
    group: str
    sent_at: int
    visible_at: int
    delayed: bool
    receives: int = 0
    handle: str = ""
    hold: object = None

    def stands(self, now):
        """Where it stands, as the names of the approximate numbers have it."""
        if now >= self.visible_at:
            return ""
        return "Delayed" if self.delayed else "NotVisible"


class FifoQueue(RuleBasedStateMachine):
    """Sends, receives, deletes, purges and waits at random, and checks every answer."""

    handles = Bundle("handles")

    def __init__(self):
        super().__init__()
        self.cloud = Cloud(
            seed=0, start=0, on_tick=lambda _: None, gate=nullcontext(), outside=nullcontext()
        )
        self.operations = self.cloud.operations
        self.numbered = 0
        self.held = {name: [] for name in QUEUES}  # what a queue holds, in its order
        self.known = {}  # when a message was sent, and which, by deduplication id
        self.attempts = {name: {} for name in QUEUES}  # when, and what was received with which hold
        self.purged_at = dict.fromkeys(QUEUES, -60)

    @initialize(delay=st.sampled_from([0, 0, 0, 5]))
    def create(self, delay):
        """The queue may delay what is sent; the dead-letter queue does not."""
        self.delay = delay
        policy = {"deadLetterTargetArn": HERE.arn("sqs", DEAD), "maxReceiveCount": MAX_RECEIVES}
        own = {
            DEAD: {},
            ORDERS: {"DelaySeconds": str(delay), "RedrivePolicy": json.dumps(policy)},
        }
        for name, attributes in own.items():
            timeout = {"VisibilityTimeout": str(VISIBILITY[name])}
            self.call("CreateQueue", QueueName=name, Attributes={**FIFO, **timeout, **attributes})

    def call(self, operation, **parameters):
        """Call an operation as the wire does, without what is `None`."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self.operations["sqs", operation](HERE, given)

    @property
    def now(self):
        """Whole seconds since the start."""
        return self.cloud.simulation.now // SECOND

    @rule(
        group=st.sampled_from("gh"),
        body=st.sampled_from("abc"),
        deduplication_id=st.sampled_from([None, "1", sha256(b"a").hexdigest()]),
    )
    def send(self, group, body, deduplication_id):
        """A message is accepted, unless it was sent in the last five minutes."""
        answer = self.call(
            "SendMessage",
            QueueUrl=ORDERS,
            MessageBody=body,
            MessageGroupId=group,
            MessageDeduplicationId=deduplication_id,
        )
        known_as = deduplication_id or sha256(body.encode()).hexdigest()
        sent_at, message_id = self.known.get(known_as, (-FIVE_MINUTES, None))
        if self.now < sent_at + FIVE_MINUTES:
            assert answer["MessageId"] == message_id
            return
        self.known[known_as] = self.now, answer["MessageId"]
        message = Sent(
            answer["MessageId"], group, self.now, self.now + self.delay, delayed=self.delay > 0
        )
        assert message.id not in {one.id for name in QUEUES for one in self.held[name]}
        self.held[ORDERS].append(message)

    @rule(groups=st.lists(st.sampled_from("gghi"), min_size=2, max_size=8))
    def send_several(self, groups):
        """Messages that were never sent before are accepted."""
        for group in groups:
            self.numbered += 1
            self.send(group, str(self.numbered), None)

    @rule(
        target=handles,
        queue=st.sampled_from([ORDERS, ORDERS, DEAD]),
        maximum=st.integers(1, 10),
        visibility=st.sampled_from([None, 0, 3, 30, 350]),
        wait=st.sampled_from([0, 0, 20]),
        attempt=st.sampled_from([None, None, "1", "2"]),
    )
    def receive(self, queue, maximum, visibility, wait, attempt):
        """At the first instant at which there is one, as many as may be, and in the right order."""
        due = self.poll(queue, attempt, wait)
        answer = self.call(
            "ReceiveMessage",
            QueueUrl=queue,
            MaxNumberOfMessages=maximum,
            VisibilityTimeout=visibility,
            WaitTimeSeconds=wait,
            ReceiveRequestAttemptId=attempt,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "MessageGroupId"],
        ).get("Messages", [])
        assert self.now == due
        messages = self.attempted(queue, attempt, self.now)
        if messages:
            assert [one["ReceiptHandle"] for one in answer] == [one.handle for one in messages]
        else:
            messages = self.received(queue, answer, maximum)
        hidden = VISIBILITY[queue] if visibility is None else visibility
        for message, shown in zip(messages, answer, strict=True):
            message.visible_at = self.now + hidden
            message.hold = object()
            assert shown["Attributes"] == {
                "ApproximateReceiveCount": str(message.receives),
                "MessageGroupId": message.group,
            }
        if attempt and messages:
            self.attempts[queue][attempt] = self.now, [(one, one.hold) for one in messages]
        return multiple(*((queue, message.id, message.handle) for message in messages))

    def poll(self, queue, attempt, wait):
        """When a receive is answered: as soon as it gets something, at the latest after its wait.

        What is worn out moves at each instant at which the poll looks.
        """
        for instant in range(self.now, self.now + wait):
            receivable = list(self.receivable(queue, instant))
            worn_out = [one for one in receivable if self.worn_out(queue, one)]
            if len(receivable) > len(worn_out) or self.attempted(queue, attempt, instant):
                return instant
            self.move(worn_out, instant)
        return self.now + wait

    def worn_out(self, queue, message):
        """Whether the next receive moves a message to the dead-letter queue."""
        return queue == ORDERS and message.receives >= MAX_RECEIVES

    def receivable(self, queue, now):
        """What may be received: what waits, unless an earlier one of its group is in flight."""
        locked = set()
        for message in self.alive(queue, now):
            if message.stands(now) == "NotVisible":
                locked.add(message.group)
            elif message.stands(now) == "" and message.group not in locked:
                yield message

    def attempted(self, queue, attempt, now):
        """What the same attempt got before, if all of it is in flight by that very receive."""
        noted_at, taken = self.attempts[queue].get(attempt, (0, []))
        alive = self.alive(queue, now)
        intact = all(
            one in alive and one.hold is hold and now < one.visible_at for one, hold in taken
        )
        return [one for one, _ in taken] if intact and now < noted_at + FIVE_MINUTES else []

    def received(self, queue, answer, maximum):
        """Check what a receive did to each group, and do the same to the model."""
        ids = [message["MessageId"] for message in answer]
        moved = self.ids(DEAD) if queue == ORDERS else set()
        receivable = list(self.receivable(queue, self.now))
        taken, unfinished = [], []
        for group in dict.fromkeys(message.group for message in receivable):
            line = [message for message in receivable if message.group == group]
            touched = [one for one in line if one.id in ids or one.id in moved]
            assert touched == line[: len(touched)]
            assert [one.id in moved for one in touched] == [
                self.worn_out(queue, one) for one in touched
            ]
            if touched and touched != line:
                unfinished.append(group)
            assert touched == line or len(ids) == maximum
            fresh = [one for one in touched if one.id in ids]
            assert self.stand_together(ids, [one.id for one in fresh])
            taken += fresh
            self.move([one for one in touched if one.id in moved], self.now)
        assert len(unfinished) <= 1
        assert sorted(ids) == sorted(one.id for one in taken)
        taken.sort(key=lambda one: ids.index(one.id))
        for message, shown in zip(taken, answer, strict=True):
            message.receives += 1
            message.delayed = False
            message.handle = shown["ReceiptHandle"]
        return taken

    def stand_together(self, ids, part):
        """Whether a receive returned the messages of a group in order and next to each other."""
        begin = ids.index(part[0]) if part else 0
        return ids[begin : begin + len(part)] == part

    def move(self, messages, now):
        """Dead letters begin anew, but for their count."""
        for message in messages:
            self.held[ORDERS].remove(message)
            self.held[DEAD].append(message)
            message.sent_at = message.visible_at = now
            message.hold = None

    @rule(received=handles)
    def delete(self, received):
        """A handle deletes as long as its receive holds; of a message that is gone it is no error."""
        queue, message, handle = self.known_to(received)
        held = message and self.holds(message, handle)
        try:
            self.call("DeleteMessage", QueueUrl=queue, ReceiptHandle=handle)
        except InvalidParameterValue:
            assert message
            assert not held
        else:
            assert held or not message
        if held:
            self.held[queue].remove(message)

    @rule(received=handles, visibility=st.sampled_from([0, 1, 15, 350]))
    def change_visibility(self, received, visibility):
        """A message is hidden from now on, if the handle's receive holds it."""
        queue, message, handle = self.known_to(received)
        held = message and self.holds(message, handle)
        try:
            self.call(
                "ChangeMessageVisibility",
                QueueUrl=queue,
                ReceiptHandle=handle,
                VisibilityTimeout=visibility,
            )
        except InvalidParameterValue:
            assert not held
        else:
            assert held
            message.visible_at = self.now + visibility
            message.hold = object()

    def known_to(self, received):
        """An earlier receive: the queue, the message or `None` if it is gone, and the handle of then."""
        queue, message_id, handle = received
        alive = {message.id: message for message in self.alive(queue, self.now)}
        return queue, alive.get(message_id), handle

    def holds(self, message, handle):
        """Whether a message is in flight by the receive that gave this handle."""
        return message.handle == handle and message.stands(self.now) == "NotVisible"

    @rule(queue=st.sampled_from(QUEUES))
    def purge(self, queue):
        """Nothing is left, and what was sent may be sent again; not twice in a minute."""
        try:
            self.call("PurgeQueue", QueueUrl=queue)
        except PurgeQueueInProgress:
            assert self.now < self.purged_at[queue] + 60
            return
        assert self.now >= self.purged_at[queue] + 60
        self.purged_at[queue] = self.now
        self.held[queue].clear()
        self.attempts[queue].clear()
        if queue == ORDERS:
            self.known.clear()

    @rule(by=st.sampled_from([0, 1, 5, 10, 25, 50, 245, 300]))
    def wait(self, by):
        """Time goes on."""
        self.cloud.simulation.sleep(by * SECOND)

    def alive(self, queue, now):
        """What a queue holds, without what is too old."""
        return [one for one in self.held[queue] if now < one.sent_at + RETENTION]

    def view(self, queue, *states):
        """What a view of a queue shows, by group."""
        messages = self.cloud.queues.by_arn(HERE.arn("sqs", queue)).messages(*states)
        return by_group((one.content.group, one.id) for one in messages)

    def ids(self, queue):
        """The messages that the views of a queue show."""
        return {one for line in self.view(queue, 0, 1, 2).values() for one in line}

    @invariant()
    def nothing_is_lost(self):
        """Each queue holds what the model says, and shows what waits in the order of its group."""
        for queue in QUEUES:
            alive = self.alive(queue, self.now)
            waiting = [one for one in alive if one.stands(self.now) == ""]
            assert self.ids(queue) == {one.id for one in alive}
            assert self.view(queue, 1) == by_group((one.group, one.id) for one in waiting)

    @invariant()
    def counts_add_up(self):
        """GetQueueAttributes tells how many messages stand where."""
        names = [f"ApproximateNumberOfMessages{which}" for which in COUNTS]
        for queue in QUEUES:
            answer = self.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=names)
            stands = [one.stands(self.now) for one in self.alive(queue, self.now)]
            counted = [int(answer["Attributes"][name]) for name in names]
            assert counted == [stands.count(which) for which in COUNTS]


def by_group(pairs):
    """Message ids by group, each group in order."""
    lines = {}
    for group, message_id in pairs:
        lines.setdefault(group, []).append(message_id)
    return lines


FifoQueue.TestCase.settings = settings(deadline=None, max_examples=50, stateful_step_count=30)


@pytest.mark.slow
class TestFifoQueue(FifoQueue.TestCase):
    """Hypothesis looks for a life of a queue that the model did not foresee."""
