"""What blocks in the standard library: its timeouts are virtual, and time goes on meanwhile."""

import concurrent.futures._base
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import suppress

import boto3
import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import ClockStopped


@pytest.fixture
def after(fakeaws):
    """Calls something after so many seconds, in a thread of its own."""
    begun = []

    def after(seconds, call, *args):
        begun.append(threading.Thread(target=lambda: (time.sleep(seconds), call(*args))))
        begun[-1].start()
        return begun[-1]

    yield after
    for thread in begun:
        thread.join()


def condition(timeout):
    with (condition := threading.Condition()):
        return condition.wait(timeout)


def predicate(timeout):
    with (condition := threading.Condition()):
        return condition.wait_for(lambda: False, timeout)


def item(timeout):
    with suppress(queue.Empty):
        return queue.Queue().get(timeout=timeout)
    return False


def room(timeout):
    full = queue.Queue(1)
    full.put("here first")
    with suppress(queue.Full):
        return full.put("no room", timeout=timeout)
    return False


def permit(timeout):
    return threading.Semaphore(0).acquire(timeout=timeout)


def barrier(timeout):
    with suppress(threading.BrokenBarrierError):
        return threading.Barrier(2).wait(timeout)
    return False


def result(timeout):
    with suppress(concurrent.futures.TimeoutError):
        return Future().result(timeout)
    return False


def completed(timeout):
    with suppress(concurrent.futures.TimeoutError):
        return next(as_completed([Future()], timeout))
    return False


def first_of(timeout):
    return bool(wait([Future()], timeout).done)


def end_of_a_thread(timeout):
    hold = threading.Event()
    thread = threading.Thread(target=hold.wait)
    thread.start()
    thread.join(timeout)
    alive = thread.is_alive()
    hold.set()
    thread.join()
    return not alive


WAITS = [
    lambda timeout: threading.Event().wait(timeout),
    condition,
    predicate,
    item,
    room,
    permit,
    barrier,
    result,
    completed,
    first_of,
    end_of_a_thread,
]
NAMES = [
    "Event.wait",
    "Condition.wait",
    "Condition.wait_for",
    "Queue.get",
    "Queue.put",
    "Semaphore.acquire",
    "Barrier.wait",
    "Future.result",
    "as_completed",
    "futures.wait",
    "Thread.join",
]
every_wait = pytest.mark.parametrize("call", WAITS, ids=NAMES)


@every_wait
def test_a_timeout_in_the_test_is_virtual(elapsed, call):
    """The clock stands at the timeout when it is over."""
    assert (call(90), round(elapsed(), 5)) == (False, 90)


@every_wait
def test_a_timeout_in_a_handler_is_virtual(inside, elapsed, call):
    """The handler gives way meanwhile."""
    assert (inside(lambda: call(90)), round(elapsed(), 5)) == (False, 90)


@every_wait
def test_a_wait_that_may_last_no_time_lets_none_pass(elapsed, call):
    """A timeout of zero asks, and does not wait."""
    assert (call(0), round(elapsed(), 5)) == (False, 0)


@every_wait
def test_what_is_due_during_a_wait_happens(fakeaws, call):
    """A message whose delay ends meanwhile is there after it."""
    jobs = fakeaws.create_queue("jobs")
    jobs.send("renew", delay=60)
    call(60.001)

    assert jobs.messages.bodies == ["renew"]


def test_a_timeout_of_an_event_is_virtual_in_other_threads(elapsed):
    """There it means to sleep."""
    waiting = threading.Thread(target=threading.Event().wait, args=[90])
    waiting.start()
    waiting.join()

    assert elapsed() == 90


@pytest.mark.parametrize(
    "call",
    [
        condition,
        item,
        lambda timeout: (
            threading.Lock().acquire() and threading.Semaphore(0).acquire(timeout=timeout)
        ),
    ],
    ids=["Condition.wait", "Queue.get", "Semaphore.acquire"],
)
def test_other_timeouts_are_real_in_other_threads(elapsed, call):
    """What waits there with a timeout may wait for a thread that computes."""
    waiting = threading.Thread(target=call, args=[0.03])
    waiting.start()
    waiting.join()

    assert elapsed() == 0


@pytest.mark.parametrize("timeout", [None, 120])
def test_an_event_that_is_set_ends_the_wait(after, elapsed, timeout):
    """At the instant at which it is set."""
    event = threading.Event()
    after(60, event.set)

    assert (event.wait(timeout), elapsed()) == (True, 60)


def test_a_condition_that_is_notified_ends_the_wait(after, elapsed):
    """Whoever notifies sleeps first."""
    condition = threading.Condition()

    def notify():
        with condition:
            condition.notify()

    with condition:
        after(60, notify)

        assert (condition.wait(), elapsed()) == (True, 60)


def test_an_item_that_is_put_ends_the_wait(after, elapsed):
    """A queue between a thread and the test."""
    items = queue.Queue()
    after(60, items.put, "done")

    assert (items.get(timeout=120), elapsed()) == ("done", 60)


def test_a_barrier_is_passed_when_the_last_one_comes(after, elapsed):
    """All go on at the same instant."""
    barrier = threading.Barrier(3)
    after(10, barrier.wait)
    after(60, barrier.wait)
    barrier.wait()

    assert elapsed() == 60


def test_a_thread_that_ends_ends_the_join(after, elapsed):
    """At the instant at which it ends."""
    after(60, int).join(120)

    assert elapsed() == 60


def test_a_queue_is_joined_when_all_its_items_are_done(fakeaws, elapsed):
    """`task_done` by a worker that sleeps over each."""
    items = queue.Queue()

    def work():
        for _ in range(3):
            items.get()
            time.sleep(10)
            items.task_done()

    worker = threading.Thread(target=work)
    worker.start()
    for number in range(3):
        items.put(number)
    items.join()
    worker.join()

    assert elapsed() == 30


def test_processes_wait_for_each_other(fakeaws, elapsed):
    """An event between two consumers of the simulation, both in the test's thread."""
    ready = threading.Event()
    waiting = fakeaws.spawn(ready.wait)
    fakeaws.spawn(lambda: (time.sleep(45), ready.set()))

    assert (waiting.result(), elapsed()) == (True, 45)


def test_a_queue_connects_two_processes(fakeaws):
    """Producer and consumer take turns, each at its instants."""
    items, seen = queue.Queue(1), []

    def produce():
        for number in range(3):
            items.put(number)
            time.sleep(10)

    consumer = fakeaws.spawn(lambda: [seen.append(items.get()) for _ in range(3)])
    fakeaws.spawn(produce)
    consumer.join()

    assert seen == [0, 1, 2]


def test_a_message_that_arrives_sets_an_event_the_test_waits_for(fakeaws):
    """The handler runs because the test waits."""
    handled = threading.Event()
    fakeaws.create_function("notify", lambda *_: handled.set())
    jobs = fakeaws.create_queue("jobs")
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=jobs.arn, FunctionName="notify"
    )
    jobs.send("now", delay=300)

    assert handled.wait(301)


@pytest.mark.parametrize(
    "call",
    [
        lambda: threading.Event().wait(),
        lambda: queue.Queue().get(),
        lambda: Future().result(),
    ],
    ids=["Event.wait", "Queue.get", "Future.result"],
)
def test_a_wait_that_nothing_can_end_is_an_error(fakeaws, call):
    """Nobody else runs and nothing is scheduled: for real, it would hang."""
    with pytest.raises(ClockStopped, match="this wait has no end"):
        call()


def test_idle_workers_cannot_end_a_wait(fakeaws):
    """A pool that has done its work is as good as nobody."""
    with ThreadPoolExecutor(2) as pool:
        pool.submit(int).result()
        with pytest.raises(ClockStopped, match="this wait has no end"):
            threading.Event().wait()


def test_threads_of_tools_cannot_end_a_wait(fakeaws):
    """Under pytest-xdist, or with a timeout, the test is not alone in its process."""
    over = threading.Lock()
    over.acquire()
    namespace = {"__name__": "pytest_timeout", "over": over}
    exec("def watch(): over.acquire()", namespace)
    tool = threading.Thread(target=namespace["watch"])
    tool.start()
    with pytest.raises(ClockStopped, match="this wait has no end"):
        threading.Event().wait()
    over.release()
    tool.join()


def test_an_interrupted_wait_can_be_tried_again(fakeaws):
    """The error leaves the condition as it was."""
    event = threading.Event()
    with pytest.raises(ClockStopped):
        event.wait()
    event.set()

    assert event.wait()


def _waits_of_the_host():
    return {
        "threading._allocate_lock": threading._allocate_lock,
        "threading.Thread.join": threading.Thread.join,
        "threading._time": threading._time,
        "threading.excepthook": threading.excepthook,
        "queue.time": queue.time,
        "concurrent.futures._base.time": concurrent.futures._base.time,
        "_WorkItem.run": concurrent.futures.thread._WorkItem.run,
        "_WorkItem.__init__": concurrent.futures.thread._WorkItem.__init__,
        "time.sleep": time.sleep,
    }


def test_everything_is_as_before_after_the_fake():
    """What was replaced is put back, also after a block of real time and a reset."""
    before = _waits_of_the_host()
    with FakeAWS() as aws:
        during = _waits_of_the_host()
        with aws.clock.real():
            assert _waits_of_the_host() == before
        aws.reset()

    assert _waits_of_the_host() == before
    assert {name for name in before if during[name] is before[name]} == set()


def test_an_event_that_was_waited_for_in_a_fake_works_after_it():
    """Its locks are as good as any."""
    event = threading.Event()
    with FakeAWS():
        assert not event.wait(30)

    setter = threading.Thread(target=event.set)
    setter.start()
    assert event.wait(10)
    setter.join()


def test_a_timeout_is_virtual_again_after_a_reset(fakeaws, elapsed):
    """The clock is set back, and what measures timeouts does not notice."""
    threading.Event().wait(60)
    fakeaws.reset()

    assert (item(30), round(elapsed(), 5)) == (False, 30)


def test_a_pool_is_shut_down_while_its_workers_call_aws(fakeaws):
    """To leave its block waits for them, and lets time go on."""
    jobs = fakeaws.create_queue("jobs")
    jobs.send("late", delay=15)
    client = boto3.client("sqs")
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(client.receive_message, QueueUrl=jobs.url, WaitTimeSeconds=20)

    assert [message["Body"] for message in poll.result()["Messages"]] == ["late"]
