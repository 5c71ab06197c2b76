"""Whatever handlers do and whatever is set, each asynchronous event ends exactly once."""

import json
import time
from collections import Counter
from enum import Enum, auto

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.journal.entries import EventGivenUp, InvocationSucceeded

TIMEOUT = 20


class Fate(Enum):
    """What an attempt comes to."""

    SUCCESS = auto()
    ERROR = auto()
    OVERRUN = auto()


attempts = st.tuples(st.sampled_from(Fate), st.integers(0, TIMEOUT - 1))
"""What an attempt comes to, and after how many seconds."""

events = st.lists(
    st.tuples(st.integers(0, 90), st.lists(attempts, min_size=3, max_size=3)),
    min_size=1,
    max_size=8,
)
"""When each event is sent, after the one before, and what becomes of its attempts."""


class Worker:
    """A handler that lets each attempt have its fate."""

    def __init__(self, fates):
        self._fates = fates
        self.running = 0
        self.most = 0
        self.tried = Counter()

    def __call__(self, event, context):
        """Try *event*."""
        fate, seconds = self._fates[event][self.tried[event]]
        self.tried[event] += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            time.sleep(seconds if fate is not Fate.OVERRUN else TIMEOUT + 1)
        finally:
            self.running -= 1
        if fate is Fate.ERROR:
            raise RuntimeError("no payment provider")


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    events=events,
    retries=st.integers(0, 2),
    age=st.integers(60, 400),
    reserved=st.sampled_from([None, 0, 1, 2]),
)
def test_each_event_ends_exactly_once(events, retries, age, reserved):
    """In a success or in a failure, and each is told once to each that is to be told."""
    worker = Worker([fates for _, fates in events])
    with FakeAWS(host_time="off") as aws:
        ends = aws.create_queue("ends")
        dead = aws.create_queue("dead")
        function = aws.create_function(
            "work",
            worker,
            timeout=TIMEOUT,
            reserved_concurrency=reserved,
            retry_attempts=retries,
            max_event_age=age,
            dead_letter=dead,
            on_success=ends,
            on_failure=ends,
        )
        ids = []
        for number, (later, _) in enumerate(events):
            aws.clock.advance(later)
            ids.append(function.invoke_async(number))
        aws.clock.run_until_idle()

        records = [json.loads(body) for body in ends.messages.bodies]
        assert Counter(r["requestContext"]["requestId"] for r in records) == Counter(ids)
        failed = [r for r in records if r["requestContext"]["condition"] != "Success"]
        assert Counter(map(int, dead.messages.bodies)) == Counter(
            r["requestPayload"] for r in failed
        )
        facts = [entry.fact for entry in aws.journal]
        over = [f.request_id for f in facts if isinstance(f, (EventGivenUp, InvocationSucceeded))]
        assert Counter(over) == Counter(ids)
        for record in records:
            context, event = record["requestContext"], record["requestPayload"]
            assert context["approximateInvokeCount"] == worker.tried[event] <= retries + 1
            if context["condition"] == "RetriesExhausted":
                assert worker.tried[event] == retries + 1
            if context["condition"] == "ZeroReservedConcurrency":
                assert reserved == 0
        assert reserved is None or worker.most <= reserved
        assert worker.running == 0
        for request_id in ids:
            runs = [run for run in function.invocations if run.request_id == request_id]
            assert [run.attempt for run in runs] == list(range(1, len(runs) + 1))
            assert all((run.started - runs[0].started).total_seconds() < age for run in runs)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(
    sends=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), min_size=1, max_size=12),
    reserved=st.integers(0, 3),
    batch_size=st.integers(1, 3),
)
def test_throttles_lose_no_message_of_a_mapping(sends, reserved, batch_size):
    """Each is handled or dead-lettered, and no more run at once than may."""
    running = most = 0
    handled = set()

    def work(event, context):
        nonlocal running, most
        running += 1
        most = max(most, running)
        bodies = [int(record["body"]) for record in event["Records"]]
        time.sleep(max(sends[body][1] for body in bodies))
        handled.update(bodies)
        running -= 1

    with FakeAWS(host_time="off") as aws:
        queue = aws.create_queue("orders", dead_letter_queue=True, visibility_timeout=TIMEOUT)
        function = aws.create_function("work", work, timeout=TIMEOUT, reserved_concurrency=reserved)
        queue.trigger(function, batch_size=batch_size)
        for body, (delay, _) in enumerate(sends):
            queue.send(str(body), delay=delay)
        aws.clock.run_until_idle()

        dead = {int(body) for body in queue.dead_letters.bodies}
        assert handled | dead == set(range(len(sends)))
        assert (queue.messages, queue.in_flight, queue.delayed) == ((), (), ())
        assert (running, most <= reserved) == (0, True)
