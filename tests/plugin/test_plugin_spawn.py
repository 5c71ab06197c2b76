"""Consumer loops as processes of the simulation."""

import asyncio
import functools
import time
import traceback
from contextlib import suppress

import boto3
import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import ClockStopped, WrongState
from pytest_fakeaws.journal.entries import CallRefused, ProcessEnded, ProcessStarted


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def jobs(fakeaws):
    return fakeaws.create_queue("jobs")


@pytest.fixture
def done():
    """What workers have said, in order."""
    return []


@pytest.fixture
def receive(sqs):
    """Receives as a consumer does."""

    def receive(queue, wait=20, maximum=1):
        answer = sqs.receive_message(
            QueueUrl=queue.url, WaitTimeSeconds=wait, MaxNumberOfMessages=maximum
        )
        return answer.get("Messages", [])

    return receive


@pytest.fixture
def consume(sqs, receive, done):
    """A consumer as people write them; each message takes five seconds."""

    def consume(queue, who="worker"):
        while True:
            for message in receive(queue):
                time.sleep(5)
                sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
                done.append((who, message["Body"]))

    return consume


@pytest.fixture
def facts(fakeaws):
    """The facts of the journal of some kinds."""
    return lambda *kinds: [entry.fact for entry in fakeaws.journal if isinstance(entry.fact, kinds)]


# From its beginning to its end


def test_a_worker_begins_when_time_is_next_driven(fakeaws, done):
    """Spawning by itself runs nothing; the present instant is early enough."""
    fakeaws.spawn(done.append, "began")
    assert done == []

    fakeaws.clock.advance(0)
    assert done == ["began"]


def test_the_result_of_a_worker_is_what_it_returns(fakeaws):
    """To ask for it lets virtual time pass until there is one."""
    started = fakeaws.clock.now()

    def add(left, *, right):
        time.sleep(60)
        return left + right

    assert fakeaws.spawn(add, 1, right=2).result() == 3
    assert (fakeaws.clock.now() - started).total_seconds() == 60


def test_a_result_can_be_had_again(fakeaws):
    """Also when the fake has stopped."""
    with_result = fakeaws.spawn(lambda: "done")
    with_result.join()
    fakeaws.stop()

    assert with_result.result() == "done"


def test_a_coroutine_function_is_run_by_asyncio(fakeaws, receive, jobs):
    """`async def` is a worker as well, and waits in virtual time where it calls AWS."""
    jobs.send("a", delay=15)

    async def worker():
        await asyncio.sleep(0)
        return [message["Body"] for message in receive(jobs)]

    assert fakeaws.spawn(worker).result() == ["a"]


def test_a_process_can_wait_for_another(fakeaws):
    """It gives way meanwhile."""

    def slow():
        time.sleep(60)
        return "slow"

    one = fakeaws.spawn(slow)
    other = fakeaws.spawn(lambda: one.result() + "er")

    assert other.result() == "slower"


def test_processes_are_named_after_their_code(fakeaws):
    """Further ones of the same name are numbered."""

    def worker():
        """Do nothing."""

    def spawn():
        return [fakeaws.spawn(code).name for code in (worker, worker, functools.partial(worker))]

    assert spawn() == ["worker", "worker-2", "worker-3"]
    fakeaws.reset()
    assert spawn() == ["worker", "worker-2", "worker-3"]


def test_a_result_is_not_waited_for_longer_than_allowed(fakeaws, jobs, consume):
    """The error says how long, and who is still there."""
    worker = fakeaws.spawn(consume, jobs)

    with pytest.raises(ClockStopped, match=r"consume had not ended after 60 s of virtual time"):
        worker.result(timeout="1 min")
    assert worker.alive


def test_without_a_bound_a_result_is_waited_for_thirty_days(fakeaws):
    """Virtual ones."""
    worker = fakeaws.spawn(time.sleep, 31 * 86_400)

    with pytest.raises(ClockStopped, match=r"sleep had not ended after 2592000 s of virtual time"):
        worker.join()


# What it raises


def stumble():
    """Fail on a line that a traceback can show."""
    time.sleep(10)
    raise ValueError("no such order")  # the worker's line


@pytest.mark.parametrize(
    "drive",
    [lambda aws, _: aws.clock.advance(60), lambda _, receive: receive(), lambda *_: time.sleep(60)],
    ids=["advance", "long poll", "sleep"],
)
def test_an_error_of_a_worker_surfaces_in_whatever_drives(fakeaws, jobs, receive, drive):
    """At its instant, with the worker's own line in the traceback."""
    worker = fakeaws.spawn(stumble)
    started = fakeaws.clock.now()

    with pytest.raises(ValueError, match="no such order") as caught:
        drive(fakeaws, lambda: receive(jobs))

    assert "# the worker's line" in "".join(traceback.format_tb(caught.tb))
    assert (fakeaws.clock.now() - started).total_seconds() == 10
    assert not worker.alive


def test_a_result_raises_what_the_worker_raised(fakeaws, facts):
    """While it waits for it, and again later; `join` only waits."""
    worker = fakeaws.spawn(stumble)

    with pytest.raises(ValueError, match="no such order"):
        worker.result()
    with pytest.raises(ValueError, match="no such order"):
        worker.result()
    worker.join()
    assert facts(ProcessEnded) == [ProcessEnded("stumble", "raised ValueError: no such order")]


@pytest.mark.parametrize("outcome", [KeyboardInterrupt, SystemExit, pytest.fail.Exception])
def test_what_ends_a_test_passes_through_a_worker(fakeaws, outcome):
    """Interrupts and pytest's outcomes are for whoever runs the test."""

    def worker():
        raise outcome("enough")

    fakeaws.spawn(worker)

    with pytest.raises(outcome):
        fakeaws.clock.advance(1)


# Crashes


def test_the_messages_of_a_killed_worker_come_back(fakeaws, jobs, consume, done):
    """After the visibility timeout another takes over."""
    first = fakeaws.spawn(consume, jobs, "first")
    second = fakeaws.spawn(consume, jobs, "second")
    jobs.send("a")
    fakeaws.clock.advance(2)
    first.kill()

    fakeaws.clock.advance(27)
    assert done == []
    fakeaws.clock.advance(6)
    assert (done, first.alive, second.alive) == ([("second", "a")], False, True)


def test_a_crash_in_the_middle_of_a_batch_leaves_the_rest(fakeaws, jobs, sqs, receive):
    """What was deleted stays so; the others are received a second time."""

    def worker():
        for message in receive(jobs, maximum=10):
            time.sleep(5)
            sqs.delete_message(QueueUrl=jobs.url, ReceiptHandle=message["ReceiptHandle"])

    for body in "abc":
        jobs.send(body)
    crashing = fakeaws.spawn(worker)
    fakeaws.clock.advance(7)
    crashing.kill()
    fakeaws.clock.advance("1 min")

    assert jobs.messages.bodies == ["b", "c"]
    assert [message.receive_count for message in jobs.messages] == [1, 1]


def test_the_calls_of_a_killed_worker_take_no_effect(fakeaws, jobs, sqs, done, facts):
    """Its `finally` blocks run, so that what it holds of this process closes."""

    def worker():
        try:
            time.sleep(60)
        finally:
            done.append("closed")
            sqs.send_message(QueueUrl=jobs.url, MessageBody="last words")

    crashing = fakeaws.spawn(worker)
    fakeaws.clock.advance(1)
    crashing.kill()
    crashing.kill()

    assert (done, jobs.messages.bodies) == (["closed"], [])
    assert facts(ProcessStarted, ProcessEnded, CallRefused) == [
        ProcessStarted("worker"),
        ProcessEnded("worker", "killed"),
        CallRefused("sqs", "SendMessage", "worker"),
    ]


def test_what_a_killed_worker_raises_while_it_unwinds_is_raised_by_the_kill(fakeaws):
    """It would get lost otherwise. That it was killed remains true."""

    def worker():
        try:
            time.sleep(60)
        finally:
            raise OSError("the disk is full")

    crashing = fakeaws.spawn(worker)
    fakeaws.clock.advance(1)

    with pytest.raises(OSError, match="the disk is full"):
        crashing.kill()
    with pytest.raises(WrongState, match="worker has no result"):
        crashing.result()


def test_a_worker_killed_before_it_began_never_runs(fakeaws, done):
    """To wait for its end is no mistake."""
    worker = fakeaws.spawn(done.append, "began")
    worker.kill()
    worker.join()
    fakeaws.clock.advance(1)

    assert done == []


def test_to_kill_what_has_ended_is_harmless(fakeaws):
    """The result stays."""
    worker = fakeaws.spawn(lambda: "done")
    worker.join()
    worker.kill()

    assert worker.result() == "done"


def test_a_worker_can_kill_itself(fakeaws, done, facts):
    """Nothing behind that line runs but `finally` blocks."""

    def worker():
        try:
            process.kill()
            done.append("went on")
        finally:
            done.append("closed")

    process = fakeaws.spawn(worker)
    process.join()

    assert done == ["closed"]
    assert facts(ProcessEnded) == [ProcessEnded("worker", "killed")]


def test_a_worker_can_kill_another(fakeaws, jobs, consume):
    """And whoever waits for that one goes on."""
    victim = fakeaws.spawn(consume, jobs)
    waiting = fakeaws.spawn(victim.join)

    def killer():
        time.sleep(30)
        victim.kill()
        return "killed"

    assert fakeaws.spawn(killer).result() == "killed"
    waiting.join(timeout=0)
    assert not victim.alive


def test_two_workers_that_kill_each_other_both_end(fakeaws, done):
    """Also where the second does so while the first is still ending it."""

    def victim():
        try:
            time.sleep(60)
        finally:
            killing.kill()
            done.append("victim closed")

    def killer():
        try:
            dying.kill()
            done.append("went on")
        finally:
            done.append("killer closed")

    dying, killing = fakeaws.spawn(victim), fakeaws.spawn(killer)
    fakeaws.clock.advance(1)

    assert done == ["victim closed", "killer closed"]
    assert fakeaws.spawn(lambda: "still alive").result() == "still alive"


@pytest.mark.parametrize("call", ["receive", "sleep"])
@pytest.mark.parametrize("way", ["kill", "self", "stop"])
def test_a_worker_that_swallows_its_end_is_parked_for_good(fakeaws, jobs, receive, call, way):
    """It neither spins nor holds up the end of the test."""
    calls = []

    def worker():
        while True:
            with suppress(BaseException):
                calls.append(call)
                if way == "self":
                    process.kill()
                receive(jobs) if call == "receive" else time.sleep(20)

    process = fakeaws.spawn(worker)
    fakeaws.clock.advance(1)
    fakeaws.stop() if way == "stop" else process.kill()
    if way != "stop":
        process.join()
        fakeaws.clock.advance("1 hour")

    assert not process.alive
    assert len(calls) < 110


# Many at once


def test_workers_share_the_work_of_a_queue(fakeaws, jobs, consume, done):
    """Each takes what is there when it is free, in turn."""
    for who in ("first", "second", "third"):
        fakeaws.spawn(consume, jobs, who)
    for body in "abcd":
        jobs.send(body)
    fakeaws.clock.advance(10)

    assert done == [("first", "a"), ("second", "b"), ("third", "c"), ("first", "d")]


def test_a_fifo_group_is_handled_by_one_worker_at_a_time(fakeaws, consume, done):
    """The second waits its turn, though it is free; another group goes on."""
    orders = fakeaws.create_queue("orders.fifo", content_based_deduplication=True)
    for body, group in (("1 by ada", "ada"), ("2 by ada", "ada"), ("1 by bob", "bob")):
        orders.send(body, group=group)
    fakeaws.spawn(consume, orders, "first")
    fakeaws.spawn(consume, orders, "second")
    fakeaws.clock.advance(5)

    assert done == [("first", "1 by ada"), ("second", "1 by bob")]
    fakeaws.clock.advance(5)
    assert [body for _, body in done] == ["1 by ada", "1 by bob", "2 by ada"]


def test_a_heartbeat_keeps_a_message_from_others(fakeaws, jobs, sqs, consume, done):
    """Work that takes longer than the visibility timeout is done once."""

    def patient():
        (message,) = sqs.receive_message(QueueUrl=jobs.url)["Messages"]
        for _ in range(5):
            time.sleep(20)
            sqs.change_message_visibility(
                QueueUrl=jobs.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=30
            )
        sqs.delete_message(QueueUrl=jobs.url, ReceiptHandle=message["ReceiptHandle"])
        return message["Body"]

    jobs.send("a")
    worker = fakeaws.spawn(patient)
    fakeaws.spawn(consume, jobs)

    assert (worker.result(), done) == ("a", [])


def test_workers_compete_with_a_mapping(fakeaws, jobs, consume, done):
    """Every message is handled once, by the one or the other."""
    handled = []

    def handler(event, context):
        time.sleep(1)  # so that the mapping is busy now and then
        handled.append(event["Records"][0]["body"])

    jobs.trigger(fakeaws.create_function("work", handler), batch_size=1)
    fakeaws.spawn(consume, jobs)
    for number in range(40):
        jobs.send(str(number), delay=number % 4)
    fakeaws.clock.advance("5 min")

    assert sorted([*handled, *(body for _, body in done)], key=int) == list(map(str, range(40)))
    assert handled
    assert done


# Idle


def test_workers_on_empty_queues_are_no_work(fakeaws, jobs, consume, done):
    """The world is idle at once, and the worker still there for what comes later."""
    worker = fakeaws.spawn(consume, jobs)
    started = fakeaws.clock.now()
    fakeaws.clock.run_until_idle()
    assert (fakeaws.clock.now(), worker.alive) == (started, True)

    jobs.send("a")
    fakeaws.clock.run_until_idle()
    assert done == [("worker", "a")]


def test_a_worker_that_polls_and_sleeps_is_never_idle(fakeaws, jobs, receive):
    """The error says who keeps the world busy."""

    def poll():
        while True:
            receive(jobs, wait=0)
            time.sleep(1)

    fakeaws.spawn(poll)

    with pytest.raises(ClockStopped, match=r"not idle after 60 s[\s\S]*poll: 61 events"):
        fakeaws.clock.run_until_idle(timeout="1 min")


def test_a_long_poll_costs_its_own_events_only(fakeaws, jobs, consume, facts):
    """An hour of polls of twenty seconds is 180 polls."""
    fakeaws.spawn(consume, jobs)
    fakeaws.clock.advance("1 h")

    calls = [entry for entry in fakeaws.journal if type(entry.fact).__name__ == "CallAnswered"]
    assert len(calls) == 180


# The end of the test


@pytest.mark.parametrize("end", ["stop", "reset"])
def test_what_is_left_is_ended_in_the_order_of_spawning(jobs, fakeaws, sqs, done, end):
    """`finally` blocks run, and what they still send takes no effect."""

    def worker(who):
        try:
            sqs.receive_message(QueueUrl=jobs.url, WaitTimeSeconds=20)
        finally:
            done.append(who)
            sqs.send_message(QueueUrl=jobs.url, MessageBody="last words")

    for who in "cab":
        fakeaws.spawn(worker, who)
    fakeaws.clock.advance(1)
    journal = fakeaws.journal
    getattr(fakeaws, end)()

    assert done == ["c", "a", "b"]
    assert [entry.fact for entry in journal][-2:] == [
        CallRefused("sqs", "SendMessage", "worker-3"),
        ProcessEnded("worker-3", "the test is over"),
    ]


def test_a_worker_that_fails_while_it_unwinds_does_not_spare_the_others(done):
    """What it raised surfaces when all have ended."""
    aws = FakeAWS().start()

    def worker(who):
        try:
            time.sleep(60)
        finally:
            done.append(who)
            raise OSError(who)

    aws.spawn(worker, "first")
    aws.spawn(worker, "second")
    aws.clock.advance(1)

    with pytest.raises(OSError, match="second"):
        aws.stop()
    assert (done, FakeAWS.active) == (["first", "second"], None)


def test_a_result_that_the_end_of_the_test_cut_off_says_so(fakeaws):
    """There is none."""
    worker = fakeaws.spawn(time.sleep, 60)
    fakeaws.clock.advance(1)
    fakeaws.reset()

    with pytest.raises(WrongState, match="the test is over"):
        worker.result()


# What is seen of it


def test_what_a_worker_causes_is_told_as_its_own(fakeaws, jobs, consume):
    """Who received and deleted a message, and how the worker ended."""
    worker = fakeaws.spawn(consume, jobs)
    jobs.send("a")
    fakeaws.clock.advance(6)
    worker.kill()

    assert fakeaws.timeline().splitlines()[2:] == [
        "00:00:00  consume          started",
        "00:00:00  jobs             #1 sent: a",
        "00:00:00  jobs             #1 received by consume, time 1; hidden until 00:00:30",
        "00:00:05  jobs             #1 deleted by consume",
        "00:00:06  consume          ended: killed",
    ]


def test_a_worker_is_shown_with_its_state(fakeaws):
    """Alive, or how it ended."""
    worker = fakeaws.spawn(print)
    assert repr(worker) == "<Process print, alive>"

    worker.join()
    assert repr(worker) == "<Process print, returned>"
