"""Threads beside the test: they wait in virtual time, and time waits for them."""

import hashlib
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import suppress

import boto3
import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import ClockStopped, UnansweredCall, WrongState
from pytest_fakeaws.journal.entries import CallAnswered
from pytest_fakeaws.wire import patience, samples, stragglers


@pytest.fixture
def jobs(fakeaws):
    return fakeaws.create_queue("jobs")


@pytest.fixture
def pool(fakeaws):
    """A pool of four workers."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def begin():
    """Starts a thread that runs a callable."""

    def begin(call, *args, name=None):
        thread = threading.Thread(target=call, args=args, name=name, daemon=True)
        thread.start()
        return thread

    return begin


@pytest.fixture
def receive(sqs):
    """Receives as a consumer does, and returns the bodies."""

    def receive(queue, wait=20):
        answer = sqs.receive_message(QueueUrl=queue.url, WaitTimeSeconds=wait)
        return [message["Body"] for message in answer.get("Messages", [])]

    return receive


@pytest.fixture
def poll_until(sqs, jobs):
    """A consumer as people write them, until it is told to stop; returns what it did."""

    def poll_until(stopped, done):
        while not stopped.is_set():
            answer = sqs.receive_message(QueueUrl=jobs.url, WaitTimeSeconds=20)
            for message in answer.get("Messages", []):
                done.append(message["Body"])
                sqs.delete_message(QueueUrl=jobs.url, ReceiptHandle=message["ReceiptHandle"])

    return poll_until


# Pools


def test_workers_of_a_pool_sleep_beside_each_other(pool, elapsed):
    """Four naps of 30 s at once take 30 s."""
    list(pool.map(time.sleep, [30] * 4))

    assert elapsed() == 30


def test_work_that_finds_no_worker_free_waits_its_turn(pool, elapsed):
    """Five naps among four workers take two rounds."""
    list(pool.map(time.sleep, [30] * 5))

    assert elapsed() == 60


def test_results_come_in_the_order_of_their_instants(pool):
    """`as_completed` gives what is done first, first."""

    def nap(seconds):
        time.sleep(seconds)
        return seconds

    naps = [pool.submit(nap, seconds) for seconds in (30, 10, 20)]

    assert [done.result() for done in as_completed(naps)] == [10, 20, 30]


def test_waiting_for_the_first_result_lets_no_more_time_pass(pool, elapsed):
    """`wait` with a timeout ends at its timeout, in virtual time."""
    naps = [pool.submit(time.sleep, seconds) for seconds in (10, 30)]

    done, pending = wait(naps, timeout=15)

    assert (done, pending, elapsed()) == ({naps[0]}, {naps[1]}, 15)


def test_a_worker_sees_the_messages_that_come_while_it_polls(pool, jobs, receive, elapsed):
    """A long poll in a thread ends when the message becomes visible, not when its time is up."""
    jobs.send("renew", delay=12)

    assert pool.submit(receive, jobs).result() == ["renew"]
    assert elapsed() == 12


def test_a_pool_of_an_earlier_test_can_be_used_again():
    """Its idle workers were started elsewhere, but work for whoever submits."""
    with ThreadPoolExecutor(1) as pool:
        for _ in range(2):
            with FakeAWS() as aws:
                aws.create_queue("jobs")
                pool.submit(time.sleep, 30).result()
                urls = pool.submit(boto3.client("sqs").list_queues).result()["QueueUrls"]

                assert (len(urls), aws.clock.now().second) == (1, 30)


def test_an_idle_worker_holds_nobody_up(pool, elapsed, monkeypatch):
    """What it waits in cannot be seen, but that it has nothing to do can: nobody watches it for long."""
    monkeypatch.setattr(samples, "STILL", 60)
    monkeypatch.setattr(patience, "PATIENCE", 30)
    for _ in range(10):
        pool.submit(int).result()
        time.sleep(1)

    assert elapsed() == 10


def test_work_that_a_pool_has_yet_to_begin_holds_time_up(pool, elapsed):
    """What was submitted at an instant begins at that instant."""
    seen = []
    pool.submit(int).result()
    for second in range(20):
        pool.submit(lambda: seen.append(elapsed()))
        time.sleep(1)
        assert seen[-1] == second


# Threads of the test's own


def test_a_consumer_from_before_the_fake_joins_in_when_it_calls(begin):
    """A thread of a longer life waits virtually from its first call on."""
    begun, done = threading.Event(), []

    def consume():
        begun.wait()
        client = boto3.client("sqs")
        url = client.get_queue_url(QueueName="jobs")["QueueUrl"]
        for _ in range(2):
            answer = client.receive_message(QueueUrl=url, WaitTimeSeconds=20)
            done.extend(message["Body"] for message in answer.get("Messages", []))
        time.sleep(30)

    thread = begin(consume)
    with FakeAWS() as aws:
        queue = aws.create_queue("jobs")
        queue.send("early", delay=5)
        queue.send("late", delay=15)
        begun.set()
        thread.join()

        assert (done, aws.clock.now().second) == (["early", "late"], 45)


def test_a_consumer_thread_is_served_while_the_test_advances(
    fakeaws, begin, jobs, poll_until, elapsed
):
    """Each message is taken when it becomes visible."""
    stopped, done = threading.Event(), []
    thread = begin(poll_until, stopped, done)
    for delay in (10, 50, 90):
        jobs.send(f"after {delay}", delay=delay)

    fakeaws.clock.advance(60)
    assert (done, elapsed()) == (["after 10", "after 50"], 60)

    stopped.set()
    thread.join()
    assert elapsed() == 70


def test_a_thread_that_wakes_runs_before_time_goes_on(fakeaws, begin, elapsed):
    """A worker that is due each second is never seen late, however far the test jumps."""
    seen = []

    def tick():
        for _ in range(30):
            time.sleep(1)
            sum(range(2_000))
            seen.append(elapsed())

    begin(tick)
    fakeaws.clock.advance("1 h")

    assert seen == [*range(1, 31)]


def test_sleeping_threads_get_up_in_the_order_of_their_instants(fakeaws, begin):
    """Whoever was started first."""
    order = []

    def nap(seconds):
        time.sleep(seconds)
        order.append(seconds)

    for seconds in (40, 10, 30, 20, 50):
        begin(nap, seconds)
    fakeaws.clock.advance(45)

    assert order == [10, 20, 30, 40]


def test_a_timer_fires_in_virtual_time(fakeaws):
    """`threading.Timer` waits with an event."""
    fired = []
    timer = threading.Timer(300, fired.append, ["now"])
    timer.start()

    fakeaws.clock.advance(299)
    assert fired == []

    fakeaws.clock.advance(1)
    timer.join()
    assert fired == ["now"]


def test_a_heartbeat_that_waits_with_an_event_beats_in_virtual_time(fakeaws, begin, elapsed):
    """`while not stop.wait(5)` is a sleep that can be ended."""
    stop, beats = threading.Event(), []

    def beat():
        while not stop.wait(5):
            beats.append(elapsed())

    thread = begin(beat)
    fakeaws.clock.advance(17)
    stop.set()
    thread.join()

    assert (beats, elapsed()) == ([5, 10, 15], 17)


def test_a_handler_can_have_a_pool_of_its_own(fakeaws):
    """It gives way while its workers sleep."""

    def handler(event, context):
        with ThreadPoolExecutor(3) as pool:
            return sum(pool.map(lambda n: time.sleep(n) or n, [1, 2, 3]))

    function = fakeaws.create_function("fan-out", handler, timeout=60)
    invocation = function.invoke()

    assert (invocation.result, invocation.duration.total_seconds()) == (6, 3)


def test_two_handlers_with_pools_take_no_longer_than_one(fakeaws, elapsed):
    """Beside each other, each waits for its own workers only."""

    def worker():
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(time.sleep, [10, 10]))

    for process in [fakeaws.spawn(worker), fakeaws.spawn(worker)]:
        process.join()

    assert elapsed() == 10


# Time does not run away


def test_an_idle_poller_expires_nobodys_message(fakeaws, begin, jobs, receive, poll_until):
    """While the test holds a message, empty long polls move the clock no further than the test does."""
    jobs.send("mine")
    assert receive(jobs) == ["mine"]
    done = []
    begin(poll_until, threading.Event(), done)
    fakeaws.clock.advance(29)

    assert done == []


def _compute():
    return sum(n * n for n in range(400_000))


def _hash():
    for _ in range(20):
        hashlib.sha256(bytes(2_000_000)).digest()


def _child():
    subprocess.run([sys.executable, "-Sc", "import time; time.sleep(0.06)"], check=True)


def _network():
    near, far = socket.socketpair()
    with near, far:
        near.settimeout(0.06)
        with suppress(TimeoutError):
            near.recv(1)


def _file():
    near, far = socket.socketpair()
    with near, far, near.makefile("rb") as stream:
        near.settimeout(0.06)
        with suppress(TimeoutError):
            stream.readline()


@pytest.mark.parametrize("work", [_compute, _hash, _child, _network, _file])
def test_a_poller_does_not_turn_the_clock_while_the_test_works(begin, poll_until, elapsed, work):
    """However long the test computes, or waits for the real world."""
    begin(poll_until, threading.Event(), [])
    work()

    assert elapsed() == 0


@pytest.mark.parametrize(
    "wait", [lambda: time.sleep(0.06), lambda: _held_lock().acquire(timeout=0.06)]
)
def test_time_stands_still_in_a_block_of_real_time(fakeaws, begin, elapsed, wait):
    """Whoever waits for virtual time waits for the end of the block first."""
    begin(time.sleep, 30)
    fakeaws.clock.advance(0)
    with fakeaws.clock.real():
        wait()

    assert elapsed() == 0


def _held_lock():
    lock = threading.Lock()
    lock.acquire()
    return lock


# What nobody can see


def test_a_lock_that_a_sleeping_thread_holds_is_got_when_it_wakes(begin, elapsed):
    """The test is blocked where we cannot see it: the sleeper turns the clock."""
    lock, held = threading.Lock(), threading.Event()

    def hold():
        with lock:
            held.set()
            time.sleep(30)

    begin(hold)
    held.wait()
    with lock:
        assert elapsed() == 30


def test_the_earliest_sleeper_turns_the_clock(begin, elapsed):
    """The one with the lock sleeps longest; the others get up on the way."""
    lock, held, seen = threading.Lock(), threading.Event(), []

    def nap(seconds):
        time.sleep(seconds)
        seen.append((seconds, elapsed()))

    def hold():
        with lock:
            held.set()
            nap(30)

    begin(hold)
    held.wait()
    for seconds in (20, 10):
        begin(nap, seconds)
    with lock:
        assert seen == [(10, 10), (20, 20), (30, 30)]


def test_what_is_due_in_a_thread_that_is_blocked_is_a_clear_error(fakeaws, begin):
    """Only the test's thread runs handlers, and it waits for a thread that waits for one."""
    lock, held, errors = threading.Lock(), threading.Event(), []

    def hold():
        with lock:
            held.set()
            try:
                time.sleep(30)
            except ClockStopped as error:
                errors.append(error)

    fakeaws.spawn(time.sleep, 60)
    begin(hold)
    held.wait()
    with lock:
        assert "The test's thread is blocked where virtual time cannot reach it" in str(errors[0])
        assert "with lock:" in errors[0].evidence


@pytest.fixture
def spinner(begin, monkeypatch):
    """A thread that never waits, for which time waits a twentieth of a second."""
    stop = []

    def spin():
        while not stop:
            pass

    thread = begin(spin, name="spinner")
    with monkeypatch.context() as patch:
        patch.setattr(patience, "PATIENCE", 0.05)
        yield thread
    stop.append(True)
    thread.join()


def test_a_thread_that_never_waits_stops_the_clock(fakeaws, spinner):
    """The error names it and shows where it stands."""
    with pytest.raises(ClockStopped, match='the thread "spinner" has not waited') as caught:
        fakeaws.clock.advance(1)

    assert "in spin" in caught.value.evidence


def test_patience_begins_anew_after_it_was_lost(fakeaws, spinner):
    """The next wait is as long as the first, and not over at once."""
    lengths = []
    for _ in range(2):
        began = time.perf_counter()
        with pytest.raises(ClockStopped):
            fakeaws.clock.advance(1)
        lengths.append(time.perf_counter() - began)

    assert min(lengths) >= 0.05


def test_patience_is_measured_while_somebody_waits(monkeypatch):
    """A thread that is busy again, long after, has not been busy all the time."""
    now = [100.0]
    monkeypatch.setattr(patience, "real_time", lambda: now[0])
    patient = patience.Patience()
    for now[0] in (100.0, 100.5, 200.0, 200.5):
        patient.wait_for(threading.current_thread())


def test_only_the_test_drives_to_a_condition(fakeaws, pool):
    """`run_until` from a thread is refused."""
    with pytest.raises(WrongState, match="a thread that the test does not run in"):
        pool.submit(fakeaws.clock.run_until, lambda: True).result()


# The end of the test


def test_waiting_threads_end_with_the_fake(begin, capsys):
    """Silently, and with their `finally` blocks."""
    steps = []

    def wait_for(call):
        try:
            call()
        except Exception:
            steps.append("error")
        finally:
            steps.append("finally")

    with FakeAWS() as aws:
        queue = aws.create_queue("jobs")
        client = boto3.client("sqs")
        poll = {"QueueUrl": queue.url, "WaitTimeSeconds": 20}
        begun = [
            begin(wait_for, call)
            for call in (
                lambda: time.sleep(30),
                lambda: threading.Event().wait(30),
                lambda: client.receive_message(**poll),
            )
        ]
        aws.clock.advance(0)
    for thread in begun:
        thread.join()

    assert (steps, capsys.readouterr().err) == (["finally"] * 3, "")


@pytest.fixture
def straggler(begin):
    """A thread that outlived its fake, and what happened each time that it was told to call."""
    go, errors = threading.Semaphore(0), []
    answered = threading.Semaphore(0)

    def call_when_told():
        client = boto3.client("sqs")
        client.list_queues()
        answered.release()
        while True:
            go.acquire()
            try:
                client.list_queues()
            except Exception as error:
                errors.append(error)
            finally:
                answered.release()

    with FakeAWS():
        thread = begin(call_when_told, name="left-over")
        answered.acquire()

    def call():
        go.release()
        answered.acquire()
        return errors[-1]

    yield call
    while thread.is_alive():
        go.release()
        thread.join(0.001)


@pytest.mark.parametrize("fake", [False, True])
def test_a_thread_that_outlives_its_test_is_refused_by_name(straggler, fake):
    """Its calls reach neither the network nor the next test's fake."""
    if not fake:
        error = straggler()
    else:
        with FakeAWS() as aws:
            error = straggler()
            assert not [entry for entry in aws.journal if isinstance(entry.fact, CallAnswered)]

    assert isinstance(error, UnansweredCall)
    assert 'The thread "left-over" called sqs:ListQueues after its test was over.' in str(error)


def test_a_thread_that_goes_on_calling_is_ended(straggler, monkeypatch):
    """Some loops swallow every error, and would spin for ever."""
    monkeypatch.setattr(stragglers, "_REFUSALS_BEFORE_THE_END", 3)
    before = threading.active_count()
    for _ in range(4):
        straggler()
    while threading.active_count() == before:
        time.sleep(0.001)


def test_a_worker_that_was_left_may_work_for_the_next_test():
    """Its pool is the user's, and the work that it is given now is the next test's."""
    go, entered = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with FakeAWS():
            left = pool.submit(lambda: (entered.set(), go.wait()))
            entered.wait()
        go.set()
        left.result()
        with FakeAWS() as aws:
            aws.create_queue("jobs")
            answer = pool.submit(boto3.client("sqs").list_queues).result()

    assert len(answer["QueueUrls"]) == 1


def test_a_thread_that_comes_to_wait_too_late_is_ended(begin):
    """One that was busy while its fake stopped is not left to wait for time that will not pass."""
    go, entered = threading.Event(), threading.Event()

    def late():
        waits.greet("before-parameter-build.sqs.ListQueues")
        entered.set()
        go.wait()
        simulation = waits._simulation()
        with waits._gate.inside:
            simulation.sleep(30_000_000)

    with FakeAWS() as aws:
        waits = aws._waits.threads
        thread = begin(late)
        entered.wait()
    go.set()
    thread.join(1)

    assert not thread.is_alive()
