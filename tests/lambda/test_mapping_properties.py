"""Whatever handlers do, no message is lost and none is handled twice."""

import time
from collections import Counter, defaultdict
from enum import Enum, auto

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakeaws import FakeAWS

MAX_RECEIVES = 3
TIMEOUT = 5
VISIBILITY = 30


class Fate(Enum):
    """What a message brings upon the invocation that gets it."""

    SUCCESS = auto()
    REPORTED = auto()
    ERROR = auto()
    OVERRUN = auto()


fates = st.lists(st.sampled_from(Fate), min_size=MAX_RECEIVES, max_size=MAX_RECEIVES)
"""A message's fate at each of its receives."""

sends = st.lists(st.tuples(st.integers(0, 2 * VISIBILITY), fates), min_size=1, max_size=8)
"""Delays and fates of the messages."""


class Worker:
    """A handler that lets each message have its fate, and notes what it has handled.

    Attributes:
        handled: The bodies of messages in responses of success.
        receives: The receive counts that it has seen, by body.
    """

    def __init__(self, fates_of):
        self._fates_of = fates_of
        self.handled = Counter()
        self.receives = defaultdict(list)

    def __call__(self, event, context):
        """Handle a batch."""
        found = {}
        for record in event["Records"]:
            count = int(record["attributes"]["ApproximateReceiveCount"])
            self.receives[record["body"]].append(count)
            found[record["body"]] = self._fates_of[record["body"]][count - 1]
        if Fate.OVERRUN in found.values():
            time.sleep(TIMEOUT + 1)
        if Fate.ERROR in found.values():
            raise RuntimeError("no payment provider")
        self.handled.update(body for body, fate in found.items() if fate is Fate.SUCCESS)
        return {
            "batchItemFailures": [
                {"itemIdentifier": record["messageId"]}
                for record in event["Records"]
                if found[record["body"]] is Fate.REPORTED
            ]
        }


@settings(max_examples=25, deadline=None)
@given(sends=sends, batch_size=st.integers(1, 10))
def test_each_message_is_handled_once_or_dead_lettered_once(sends, batch_size):
    """Every message ends in exactly one of two ways, after attempts that are counted without a gap."""
    bodies = [str(number) for number in range(len(sends))]
    worker = Worker({body: fates for body, (_, fates) in zip(bodies, sends, strict=True)})
    with FakeAWS(host_time="off") as aws:
        queue = aws.create_queue(
            "orders",
            dead_letter_queue=True,
            max_receive_count=MAX_RECEIVES,
            visibility_timeout=VISIBILITY,
        )
        function = aws.create_function("work", worker, timeout=TIMEOUT)
        queue.trigger(function, batch_size=batch_size, report_batch_item_failures=True)
        for body, (delay, _) in zip(bodies, sends, strict=True):
            queue.send(body, delay=delay)
        aws.clock.run_until_idle()

        dead = Counter(queue.dead_letters.bodies)
        assert worker.handled + dead == Counter(bodies)
        assert (queue.messages, queue.in_flight, queue.delayed) == ((), (), ())
        for body in bodies:
            assert worker.receives[body] == list(range(1, len(worker.receives[body]) + 1))
            assert len(worker.receives[body]) <= MAX_RECEIVES
            assert body not in dead or len(worker.receives[body]) == MAX_RECEIVES
        for run in function.invocations:
            assert run.attempt == max(
                int(record["attributes"]["ApproximateReceiveCount"])
                for record in run.event["Records"]
            )
            assert len(run.event["Records"]) <= batch_size
