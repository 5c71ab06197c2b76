"""asyncio's loops live in virtual time: those of the test, of handlers, of workers and of threads."""

import asyncio
import functools
import socketserver
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import pytest
from freezegun import freeze_time

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import ClockStopped, InvalidTime, WrongState


@pytest.fixture
def anyio_backend():
    """Only asyncio lives in virtual time."""
    return "asyncio"


@pytest.fixture
def happened(fakeaws, elapsed):
    """What happened and when; call it to add something."""

    class Happened(list):
        def __call__(self, what):
            self.append((what, elapsed()))

    return Happened()


def in_loop(test):
    """Run the test, a coroutine function, by `asyncio.run`."""

    @functools.wraps(test)
    def run(*args, **kwargs):
        asyncio.run(test(*args, **kwargs))

    return run


# Timers


@in_loop
async def test_a_sleep_jumps(elapsed):
    """It takes its virtual time and no real time."""
    await asyncio.sleep(3600)

    assert elapsed() == 3600


@in_loop
async def test_sleeps_of_several_tasks_end_in_order(happened):
    """Each at its own instant; time passes once for all."""

    async def nap(length):
        await asyncio.sleep(length)
        happened(f"nap of {length}")

    await asyncio.gather(nap(3), nap(1), nap(2))

    assert happened == [("nap of 1", 1), ("nap of 2", 2), ("nap of 3", 3)]


@in_loop
async def test_a_timeout_comes_at_its_instant(elapsed):
    """`wait_for` gives up after virtual seconds."""
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 30)

    assert elapsed() == 30


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout came with Python 3.11")
@in_loop
async def test_a_timeout_block_comes_at_its_instant(elapsed):
    """And so does one that is moved meanwhile."""

    async def moved():
        async with asyncio.timeout(30) as timeout:
            await asyncio.sleep(10)
            timeout.reschedule(asyncio.get_running_loop().time() + 5)
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await moved()
    assert elapsed() == 15


@in_loop
async def test_a_timeout_that_is_not_needed_costs_no_time(elapsed):
    """Time does not go on to a timer that was cancelled."""
    await asyncio.wait_for(asyncio.sleep(1), 30)
    await asyncio.sleep(1)

    assert elapsed() == 2


def test_a_cancelled_timer_does_not_move_time(elapsed):
    """Not even where nothing else would."""

    async def test():
        await asyncio.wait_for(asyncio.sleep(1), 30)
        await asyncio.Event().wait()

    with pytest.raises(ClockStopped):
        asyncio.run(test())

    assert elapsed() == 1


@in_loop
async def test_callbacks_come_at_their_instants(happened):
    """`call_later` and `call_at` are timers like any other."""
    loop = asyncio.get_running_loop()
    loop.call_later(5, happened, "later")
    loop.call_at(loop.time() + 2, happened, "at")
    await asyncio.sleep(10)

    assert happened == [("at", 2), ("later", 5)]


def test_a_timer_comes_however_late_it_is(fakeaws):
    """The numbers of a clock grow coarse with the centuries."""
    fakeaws.clock.advance_to("9000-01-01")

    asyncio.run(asyncio.sleep(0.5))

    assert fakeaws.clock.now().isoformat() in (
        "9000-01-01T00:00:00.500000+00:00",
        "9000-01-01T00:00:00.499999+00:00",
    )


@in_loop
async def test_timers_are_in_order_with_the_agenda(fakeaws, happened):
    """A mapping's retry, a delayed message and a handler that sleeps come up between them."""

    def handler(event, context):
        happened("attempt")
        time.sleep(1)
        if len(function.invocations) == 1:
            raise ValueError("once")

    queue = fakeaws.create_queue("jobs", visibility_timeout=30, delay=10)
    function = fakeaws.create_function("work", handler)
    queue.trigger(function)
    queue.send("a")
    for _ in range(3):
        await asyncio.sleep(15)
        happened("tick")

    assert happened == [
        ("attempt", 10),
        ("tick", 15),
        ("tick", 30),
        ("attempt", 40),
        ("tick", 45),
    ]


@in_loop
async def test_an_event_wakes_the_test_at_its_instant(fakeaws, elapsed):
    """A handler sets it in the middle of a wait."""
    done = asyncio.Event()
    queue = fakeaws.create_queue("jobs", delay=7)
    queue.trigger(fakeaws.create_function("work", lambda *_: done.set()))
    queue.send("a")
    await asyncio.wait_for(done.wait(), 60)

    assert elapsed() == 7


def test_a_wait_without_an_end_is_an_error(fakeaws):
    """Nothing is scheduled and nobody else runs: it is no hang."""
    with pytest.raises(ClockStopped, match="this wait has no end"):
        asyncio.run(asyncio.Event().wait())


def test_a_wait_without_an_end_is_an_error_beside_idle_threads_too(fakeaws):
    """A loop keeps its threads; one that has no work brings nothing about."""

    async def test():
        await asyncio.to_thread(print)
        await asyncio.Event().wait()

    with pytest.raises(ClockStopped, match="this wait has no end"):
        asyncio.run(test())


def test_debug_mode_works(fakeaws, elapsed):
    """It looks at the thread of each call and at how long each takes."""
    queue = fakeaws.create_queue("jobs")
    queue.trigger(fakeaws.create_function("work", lambda *_: asyncio.run(asyncio.sleep(1))))
    queue.send("a")
    asyncio.run(asyncio.sleep(60), debug=True)

    assert elapsed() == 60


# The clock of a loop


@pytest.fixture
def loop():
    """A loop that the test runs itself."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_the_clock_of_a_loop_goes_on_where_it_is(loop):
    """Before, inside and after a fake, and in real time inside it, it makes no jump."""
    seen = [loop.time()]
    with FakeAWS() as aws:
        seen.append(loop.time())
        loop.run_until_complete(asyncio.sleep(60))
        seen.append(loop.time() - 60)
        with aws.clock.real():
            seen.append(loop.time() - 60)
            loop.run_until_complete(asyncio.sleep(0))
        aws.clock.advance(60)
        seen.append(loop.time() - 120)
    seen.append(loop.time() - 120)
    with FakeAWS():
        seen.append(loop.time() - 120)

    assert seen == sorted(seen)
    assert seen[-1] - seen[0] < 1


def test_a_reset_does_not_turn_a_loop_back(loop, fakeaws):
    """The fake starts afresh; what a loop has timed goes on."""
    loop.run_until_complete(asyncio.sleep(60))
    before = loop.time()
    fakeaws.reset()

    assert loop.time() == before


def test_timers_left_over_keep_their_distance(loop):
    """A timer that was set inside the fake comes after the rest of its real time."""
    with FakeAWS():
        loop.run_until_complete(asyncio.sleep(60))
        timer = loop.call_later(50, print)

    assert timer.when() - loop.time() == pytest.approx(50, abs=1)
    timer.cancel()


def test_a_timer_from_before_the_fake_keeps_its_distance(loop):
    """It comes after the rest of it in virtual time."""
    seen = []
    loop.call_later(50, seen.append, "timer")
    with FakeAWS():
        loop.run_until_complete(asyncio.sleep(49))
        early = list(seen)
        loop.run_until_complete(asyncio.sleep(2))

    assert (early, seen) == ([], ["timer"])


@in_loop
async def test_a_loop_that_began_before_the_fake_is_in_virtual_time_inside_it():
    """And in real time again after it."""
    with FakeAWS() as aws:
        await asyncio.sleep(3600)
        passed = aws.clock.now()
    loop = asyncio.get_running_loop()
    before = loop.time()
    await asyncio.sleep(0.01)

    assert passed.hour == 1
    assert 0.005 < loop.time() - before < 5


@in_loop
async def test_real_time_is_real_for_loops(fakeaws, elapsed):
    """Inside `clock.real()` the simulation stands still."""
    with fakeaws.clock.real():
        await asyncio.sleep(0.01)
    passed = elapsed()
    await asyncio.sleep(1)

    assert (passed, elapsed()) == (0, 1)


@pytest.mark.parametrize("real_asyncio", [True, False])
def test_a_freeze_inside_the_fake_does_not_stop_loops(fakeaws, real_asyncio):
    """Whether it would leave asyncio alone or not."""
    fakeaws.create_queue("orders")
    before = fakeaws.clock.now()
    with freeze_time("2024-05-01", real_asyncio=real_asyncio):
        asyncio.run(asyncio.sleep(60))

    assert fakeaws.clock.now() - before == timedelta(seconds=60)


def test_a_freeze_inside_a_fake_leaves_nothing_behind(loop):
    """What freezegun puts back is what it found, which was the clock of the fake."""
    with FakeAWS(), freeze_time("2024-05-01", real_asyncio=True):
        loop.run_until_complete(asyncio.sleep(1))

    assert "time" not in vars(type(loop))


def test_a_freeze_before_the_fake_does_not_hide_loops_from_it(loop):
    """It has left a copy of the real clock in the class of the loop."""
    with freeze_time("2024-05-01", real_asyncio=True):
        pass
    with FakeAWS() as aws:
        before = loop.time()
        aws.clock.advance(60)
        passed = loop.time() - before
    del type(loop).time  # or it would stay behind for good

    assert passed == pytest.approx(60)


def test_a_freeze_around_the_fake_does_not_hide_loops_from_it(loop):
    """Its date is the first instant, and its clock is ours meanwhile."""
    with freeze_time("2024-05-01", real_asyncio=True):
        with FakeAWS() as aws:
            loop.run_until_complete(asyncio.sleep(60))
            now = aws.clock.now()
        loop.run_until_complete(asyncio.sleep(0.001))  # in real time
    del type(loop).time

    assert now.isoformat() == "2024-05-01T00:01:00+00:00"


# advance_async


@pytest.mark.parametrize("by", [90, 90.0, timedelta(seconds=90), "90s", "1.5 min"])
@in_loop
async def test_advance_async_takes_what_advance_takes(fakeaws, elapsed, by):
    """All spellings of a duration."""
    await fakeaws.clock.advance_async(by)

    assert elapsed() == 90


@in_loop
async def test_advance_async_lets_tasks_and_the_simulation_go_on_in_order(fakeaws, happened):
    """What is due at the last instant has happened, on both sides."""

    async def ticks():
        while True:
            await asyncio.sleep(10)
            happened("tick")

    queue = fakeaws.create_queue("jobs", delay=15)
    queue.trigger(fakeaws.create_function("work", lambda *_: happened("handler")))
    queue.send("a")
    ticking = asyncio.create_task(ticks())
    await asyncio.sleep(0)
    await fakeaws.clock.advance_async(20)
    ticking.cancel()

    assert happened == [("tick", 10), ("handler", 15), ("tick", 20)]


@in_loop
async def test_advance_async_by_nothing_settles_the_present_instant(fakeaws, happened):
    """Handlers run, and the tasks that they wake have their turn, and so on to the end."""
    woken = asyncio.Event()
    queue = fakeaws.create_queue("jobs")
    echo = fakeaws.create_queue("echo")
    queue.trigger(fakeaws.create_function("work", lambda *_: woken.set()))
    echo.trigger(fakeaws.create_function("echo", lambda *_: happened("echo")))

    async def answers():
        await woken.wait()
        for _ in range(5):
            await asyncio.sleep(0)
        echo.send("b")

    answering = asyncio.create_task(answers())
    queue.send("a")
    await fakeaws.clock.advance_async(0)

    assert happened == [("echo", 0)]
    assert answering.done()


@in_loop
async def test_two_tasks_may_advance_at_once(fakeaws, happened):
    """Each returns at its own instant."""

    async def advance(by):
        await fakeaws.clock.advance_async(by)
        happened(by)

    await asyncio.gather(advance(5), advance(3), advance(5))

    assert happened == [(3, 3), (5, 5), (5, 5)]


@in_loop
async def test_advance_async_can_be_cancelled(fakeaws, elapsed):
    """It is an await like any other."""
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(fakeaws.clock.advance_async(60), 10)
    await fakeaws.clock.advance_async(5)

    assert elapsed() == 15


def test_advance_async_in_a_handler_means_to_sleep(fakeaws, elapsed):
    """The handler's own loop waits, like the handler."""
    handler = fakeaws.create_function(
        "sleepy", lambda *_: asyncio.run(fakeaws.clock.advance_async(2))
    )
    run = handler.invoke()

    assert (run.error, elapsed()) == (None, 2)


def test_advance_async_in_a_worker_means_to_sleep(fakeaws):
    """Time goes on when the test lets it."""

    async def worker():
        await fakeaws.clock.advance_async(20)
        return fakeaws.clock.now().second

    assert fakeaws.spawn(worker).result() == 20


@in_loop
async def test_advance_async_refuses_what_advance_refuses(fakeaws):
    """With the same errors."""
    with pytest.raises(InvalidTime):
        await fakeaws.clock.advance_async(-1)
    with pytest.raises(InvalidTime, match="the year 9999"):
        await fakeaws.clock.advance_async(10**12)


def test_advance_async_needs_asyncio(fakeaws):
    """Another library's loop has a clock of its own, so the error says what to do."""
    coroutine = fakeaws.clock.advance_async(1)
    with pytest.raises(WrongState, match="asyncio does not run") as refused:
        coroutine.send(None)

    assert "clock.advance()" in str(refused.value)


VERBS = {
    "advance": lambda clock: clock.advance(1),
    "advance_to": lambda clock: clock.advance_to("2031-01-01"),
    "run_until": lambda clock: clock.run_until(lambda: True),
    "run_until_idle": lambda clock: clock.run_until_idle(),
}


@pytest.mark.parametrize("verb", VERBS)
@in_loop
async def test_the_plain_verbs_are_refused_while_other_tasks_wait(fakeaws, verb):
    """They would hold up the loop; the error names the tasks and says what to use."""

    async def ticking():
        await asyncio.sleep(1000)

    task = asyncio.create_task(ticking())
    with pytest.raises(WrongState, match="advance_async") as refused:
        VERBS[verb](fakeaws.clock)
    task.cancel()

    assert "ticking" in str(refused.value)


@pytest.mark.parametrize("verb", VERBS)
@in_loop
async def test_the_plain_verbs_work_in_a_coroutine_by_itself(fakeaws, verb):
    """There is no other task that they could hold up."""
    assert VERBS[verb](fakeaws.clock) is None


@in_loop
async def test_a_handler_may_sleep_by_the_clock_whatever_the_test_awaits(fakeaws, elapsed):
    """In a handler `advance` means to sleep, and the loop of the test lives on."""
    queue = fakeaws.create_queue("jobs")
    work = fakeaws.create_function("work", lambda *_: fakeaws.clock.advance(2))
    queue.trigger(work)
    queue.send("a")
    other = asyncio.create_task(asyncio.sleep(1000))
    await asyncio.sleep(10)
    other.cancel()

    assert [run.error for run in work.invocations] == [None]
    assert elapsed() == 10


# anyio's plugin


@pytest.fixture
async def ticker(anyio_backend, fakeaws):
    """An asynchronous fixture of anyio's, with a task of its own."""
    ticks = []

    async def tick():
        while True:
            await asyncio.sleep(1)
            ticks.append(fakeaws.clock.now().second)

    task = asyncio.create_task(tick())
    yield ticks
    task.cancel()


@pytest.mark.anyio
async def test_anyios_tests_and_fixtures_share_the_time(ticker, fakeaws):
    """They run in one loop, in tasks of their own."""
    await fakeaws.clock.advance_async(3)

    assert ticker == [1, 2, 3]


@pytest.mark.anyio
async def test_anyios_own_waits_jump(elapsed):
    """Its sleep, its timeouts and its task groups."""
    import anyio

    with anyio.move_on_after(30) as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep, 20)
            await anyio.sleep(1000)

    assert scope.cancelled_caught
    assert elapsed() == 30


@pytest.mark.anyio
async def test_the_plain_verbs_work_in_a_test_of_anyios(fakeaws, elapsed):
    """The task that waits for the test itself does not count."""
    fakeaws.clock.advance(5)

    assert elapsed() == 5


# Handlers and workers


@in_loop
async def test_a_handler_runs_a_loop_inside_that_of_the_test(fakeaws, happened):
    """Both loops' timers come in order."""

    async def work():
        await asyncio.gather(asyncio.sleep(1), asyncio.sleep(2))
        happened("handler")

    queue = fakeaws.create_queue("jobs")
    queue.trigger(fakeaws.create_function("work", lambda *_: asyncio.run(work())))
    queue.send("a")
    for _ in range(3):
        await asyncio.sleep(0.8)
        happened("test")

    assert happened == [("test", 0.8), ("test", 1.6), ("handler", 2), ("test", 2.4)]


@pytest.fixture
def consumer(fakeaws):
    """An asynchronous consumer with a plain client, which says when it has ended."""
    sqs = boto3.client("sqs")

    async def consume(url, bodies):
        try:
            while True:
                for message in sqs.receive_message(QueueUrl=url).get("Messages", []):
                    await asyncio.sleep(5)
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    bodies.append(message["Body"])
                await asyncio.sleep(1)
        finally:
            bodies.append("ended")
            sqs.send_message(QueueUrl=url, MessageBody="never")

    return consume


def test_an_asynchronous_consumer_works_in_virtual_time(fakeaws, consumer):
    """Two of them share the work."""
    jobs = fakeaws.create_queue("jobs")
    bodies = []
    for _ in range(2):
        fakeaws.spawn(consumer, jobs.url, bodies)
    for body in "abcd":
        jobs.send(body)
    fakeaws.clock.advance(12)

    assert bodies == ["a", "b", "c", "d"]


def test_an_asynchronous_consumer_can_be_killed_at_its_work(fakeaws, consumer, recwarn, caplog):
    """Its `finally` blocks run, no call of it takes effect, and its loop is closed without a word."""
    jobs = fakeaws.create_queue("jobs", visibility_timeout=30)
    bodies, loops = [], []

    async def consume():
        loops.append(asyncio.get_running_loop())
        await consumer(jobs.url, bodies)

    worker = fakeaws.spawn(consume)
    jobs.send("a")
    fakeaws.clock.advance(2)
    worker.kill()
    fakeaws.clock.advance(30)

    assert bodies == ["ended"]
    assert jobs.messages.bodies == ["a"]
    assert [loop.is_closed() for loop in loops] == [True]
    assert (list(recwarn), caplog.messages) == ([], [])


def test_all_tasks_of_a_killed_worker_are_unwound(fakeaws, recwarn, caplog):
    """A loop that ends cancels its tasks; what they await then is refused."""
    ended = []

    async def task(name):
        try:
            await asyncio.sleep(1000)
        finally:
            ended.append(name)

    async def worker():
        tasks = [asyncio.create_task(task(name)) for name in "ab"]
        await asyncio.gather(*tasks)

    process = fakeaws.spawn(worker)
    fakeaws.clock.advance(1)
    process.kill()

    assert sorted(ended) == ["a", "b"]
    assert (list(recwarn), caplog.messages) == ([], [])


@in_loop
async def test_an_error_of_a_worker_surfaces_where_a_coroutine_drives(fakeaws):
    """Out of the plain verb, inside the loop."""
    fakeaws.spawn(lambda: {}["no"])
    with pytest.raises(KeyError):
        fakeaws.clock.advance(1)


def test_an_error_of_a_worker_surfaces_out_of_a_loop_that_waits(fakeaws):
    """It ends the loop, and with it the test."""

    async def test():
        fakeaws.spawn(lambda: {}["no"])
        await asyncio.sleep(10)

    with pytest.raises(KeyError):
        asyncio.run(test())


# Threads


@in_loop
async def test_time_waits_for_work_in_an_executor(elapsed):
    """`to_thread` and `run_in_executor` come to rest before a timeout comes up."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as pool:
        results = await asyncio.wait_for(
            asyncio.gather(
                asyncio.to_thread(sum, range(100_000)),
                loop.run_in_executor(pool, sum, range(100_000)),
            ),
            timeout=1,
        )

    assert results == [4999950000] * 2
    assert elapsed() == 0


@in_loop
async def test_a_sleep_in_a_thread_takes_virtual_time(elapsed):
    """And the loop's timers come in between."""
    await asyncio.gather(asyncio.to_thread(time.sleep, 30), asyncio.sleep(20))

    assert elapsed() == 30


@in_loop
async def test_a_thread_wakes_the_loop(elapsed):
    """`call_soon_threadsafe` does, at the instant at which it is called."""
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def wake():
        time.sleep(5)
        loop.call_soon_threadsafe(woken.set)

    thread = threading.Thread(target=wake)
    thread.start()
    await asyncio.wait_for(woken.wait(), 60)
    thread.join()

    assert elapsed() == 5


def test_a_loop_in_another_thread_is_in_virtual_time(fakeaws, elapsed):
    """As the thread is."""
    thread = threading.Thread(target=lambda: asyncio.run(asyncio.sleep(30)))
    thread.start()
    thread.join()

    assert elapsed() == 30


@pytest.fixture
def other_loop():
    """A loop that runs in a thread, since before there is a fake."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_loop_of_a_thread_that_never_calls_is_real(other_loop, fakeaws, elapsed):
    """A thread from before the fake that has nothing to do with AWS lives in real time."""

    async def nap():
        before = other_loop.time()
        await asyncio.sleep(0.01)
        return other_loop.time() - before

    with fakeaws.clock.real():
        length = asyncio.run_coroutine_threadsafe(nap(), other_loop).result(5)

    assert 0.005 < length < 5
    assert elapsed() == 0


def test_a_loop_of_a_thread_from_before_is_virtual_once_it_calls(other_loop, fakeaws, elapsed):
    """From its first call of AWS on; its clock makes no jump then."""
    sqs = boto3.client("sqs")
    fakeaws.clock.advance("1 h")

    async def nap():
        before = other_loop.time()
        sqs.list_queues()
        jump = other_loop.time() - before
        await asyncio.sleep(30)
        return jump

    jump = asyncio.run_coroutine_threadsafe(nap(), other_loop).result()

    assert jump == pytest.approx(0, abs=1)
    assert elapsed() == 3630


def test_a_loop_of_a_thread_is_woken_at_the_instant_at_which_it_is_called(happened):
    """Before time goes on for the one who calls."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    loop.call_soon(ready.set)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    ready.wait()
    for _ in range(3):
        time.sleep(10)
        loop.call_soon_threadsafe(happened, "called")
    time.sleep(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()

    assert happened == [("called", 10), ("called", 20), ("called", 30)]


# The world outside


@pytest.fixture
def server():
    """The port of a server outside of virtual time, which answers each line with itself."""
    ready = threading.Event()

    class Echo(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(self.rfile.readline())

    with socketserver.TCPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=lambda: (ready.set(), server.serve_forever(0.01)))
        thread.start()
        ready.wait()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_loop_gives_what_it_is_connected_to_a_moment(server, fakeaws, elapsed, monkeypatch):
    """Time does not go on at once while an answer may be on its way."""
    monkeypatch.setattr("pytest_fakeaws.wire.loops._GRACE", 5)

    async def ask():
        reader, writer = await asyncio.open_connection("127.0.0.1", server)
        writer.write(b"hello\n")
        answer = await asyncio.wait_for(reader.readline(), 60)
        writer.close()
        await writer.wait_closed()
        return answer

    assert (asyncio.run(ask()), elapsed()) == (b"hello\n", 0)


@in_loop
async def test_real_sockets_work_in_the_same_loop(elapsed):
    """A timeout does not come up while data is on its way."""

    async def echo(reader, writer):
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    async def ask(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        answer = await reader.readline()
        writer.close()
        return answer

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers = [await asyncio.wait_for(ask(port), 60) for _ in range(3)]
    passed = elapsed()
    server.close()

    assert (answers, passed) == ([b"hello\n"] * 3, 0)


@in_loop
async def test_timers_come_while_the_loop_listens(elapsed):
    """An idle server does not stop time."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    await asyncio.sleep(60)
    server.close()

    assert elapsed() == 60


@in_loop
async def test_child_processes_are_on_real_time(elapsed):
    """While one is awaited time stands still, however short the timeout."""
    code = "import time; time.sleep(0.05); print('done')"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-c", code, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(child.communicate(), 0.01)
    silent = await asyncio.create_subprocess_exec(sys.executable, "-I", "-S", "-c", "")
    status = await asyncio.wait_for(silent.wait(), 0.01)

    assert (output.strip(), status, elapsed()) == (b"done", 0, 0)


# The same again


def asynchronous_program():
    """Loops of the test, of handlers and of workers: and what the journal says."""
    with FakeAWS(seed=7, host_time="off") as aws:
        sqs = boto3.client("sqs")
        jobs = aws.create_queue("jobs", delay=1)

        async def worker():
            while True:
                await asyncio.sleep(2)
                for message in sqs.receive_message(QueueUrl=jobs.url).get("Messages", []):
                    handle = message["ReceiptHandle"]
                    sqs.delete_message(QueueUrl=jobs.url, ReceiptHandle=handle)

        async def send(number):
            for turn in range(3):
                await asyncio.sleep(number)
                jobs.send(f"{number} {turn}")

        async def test():
            for _ in range(3):
                aws.spawn(worker)
            await asyncio.gather(*(send(number) for number in range(1, 5)))
            await aws.clock.advance_async("1 min")

        asyncio.run(test())
        return str(aws.journal)


def test_the_same_program_gives_the_same_journal():
    """To the byte."""
    assert asynchronous_program() == asynchronous_program()


def test_loops_are_as_before_after_the_fake():
    """The class of all loops has its own methods again."""
    before = vars(asyncio.BaseEventLoop).copy()
    with FakeAWS(), warnings.catch_warnings():
        asyncio.run(asyncio.sleep(1))

    assert vars(asyncio.BaseEventLoop) == before
