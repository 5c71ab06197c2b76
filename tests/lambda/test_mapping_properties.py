"""Whatever handlers do, no message is lost and none is handled twice."""

import json
import time
from collections import Counter, defaultdict
from enum import Enum, auto

import pytest
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

messages = st.lists(
    st.tuples(st.integers(0, 2 * VISIBILITY), fates, st.booleans(), st.integers(0, 2)),
    min_size=1,
    max_size=8,
)
"""Delay, fates, whether a filter lets it through, and group of each message."""

mappings = st.fixed_dictionaries(
    {
        "batch_size": st.integers(1, 10),
        "report_batch_item_failures": st.booleans(),
        "maximum_concurrency": st.none() | st.integers(2, 5),
        "filters": st.sampled_from([[], [{"body": {"wanted": [True]}}]]),
    }
)
"""Settings that go with every queue."""


class Worker:
    """A handler that lets each message have its fate, and notes what it has handled.

    Attributes:
        handled: The bodies of messages in responses of success.
        receives: The receive counts that it has seen, by body.
        most_at_work: With how many batches at once a message, or a group, was handled.
    """

    def __init__(self, fates_of, *, partial):
        self._fates_of = fates_of
        self._partial = partial
        self._at_work = Counter()
        self.handled = Counter()
        self.receives = defaultdict(list)
        self.most_at_work = 0

    def __call__(self, event, context):
        """Handle a batch."""
        busy = {
            key
            for record in event["Records"]
            for key in (record["body"], record["attributes"].get("MessageGroupId"))
            if key is not None
        }
        self._at_work.update(busy)
        self.most_at_work = max(self.most_at_work, *self._at_work.values())
        try:
            return self._handle(event["Records"])
        finally:
            self._at_work.subtract(busy)

    def _handle(self, records):
        found = {}
        for record in records:
            count = int(record["attributes"]["ApproximateReceiveCount"])
            self.receives[record["body"]].append(count)
            found[record["body"]] = self._fates_of[record["body"]][count - 1]
        time.sleep(1)
        if Fate.OVERRUN in found.values():
            time.sleep(TIMEOUT)
        if Fate.ERROR in found.values():
            raise RuntimeError("no payment provider")
        reported = [
            record["messageId"] for record in records if found[record["body"]] is Fate.REPORTED
        ]
        if not self._partial:
            reported = []
        self.handled.update(
            record["body"] for record in records if record["messageId"] not in reported
        )
        return {"batchItemFailures": [{"itemIdentifier": one} for one in reported]}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(messages=messages, mapping=mappings, window=st.integers(0, 40), fifo=st.booleans())
def test_each_message_ends_exactly_once(messages, mapping, window, fifo):
    """Handled, filtered out or dead-lettered, after attempts without a gap; never two at once."""
    bodies = [
        json.dumps({"number": number, "wanted": wanted})
        for number, (_, _, wanted, _) in enumerate(messages)
    ]
    partial = mapping["report_batch_item_failures"]
    worker = Worker(
        {body: fates for body, (_, fates, *_) in zip(bodies, messages, strict=True)},
        partial=partial,
    )
    with FakeAWS(host_time="off") as aws:
        queue = aws.create_queue(
            "orders.fifo" if fifo else "orders",
            dead_letter_queue=True,
            max_receive_count=MAX_RECEIVES,
            visibility_timeout=VISIBILITY,
            content_based_deduplication=fifo,
        )
        function = aws.create_function("work", worker, timeout=TIMEOUT)
        feeding = queue.trigger(function, window=0 if fifo else window, **mapping)
        for body, (delay, _, _, group) in zip(bodies, messages, strict=True):
            if fifo:
                queue.send(body, group=str(group))
            else:
                queue.send(body, delay=delay)
        aws.clock.run_until_idle()

        dead = Counter(queue.dead_letters.bodies)
        filtered = Counter(feeding.filtered.bodies)
        assert worker.handled + dead + filtered == Counter(bodies)
        assert set(filtered.values()) <= {1}
        assert (queue.messages, queue.in_flight, queue.delayed) == ((), (), ())
        assert worker.most_at_work <= 1
        for body in bodies:
            assert worker.receives[body] == list(range(1, len(worker.receives[body]) + 1))
            assert len(worker.receives[body]) <= MAX_RECEIVES
            assert body not in dead or len(worker.receives[body]) == MAX_RECEIVES
        for run in function.invocations:
            assert run.attempt == max(
                int(record["attributes"]["ApproximateReceiveCount"])
                for record in run.event["Records"]
            )
            assert len(run.event["Records"]) <= mapping["batch_size"]
        most = mapping["maximum_concurrency"] or 5
        assert max([number for _, number in feeding.concurrency], default=0) <= most
