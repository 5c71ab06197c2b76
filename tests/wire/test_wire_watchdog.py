"""A lock held across a wait: an error that says who stands where, and never one without need."""

import asyncio
import hashlib
import inspect
import io
import multiprocessing
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import Deadlock
from pytest_fakeaws.wire import patrol as patrols
from pytest_fakeaws.wire import watchdog
from pytest_fakeaws.wire.patrol import patrol
from pytest_fakeaws.wire.watchdog import takes_a_lock

forks = pytest.mark.skipif(sys.platform != "linux", reason="the platform does not tell its threads")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGURG")

LONG = 0.15
"""Real seconds in which an impatient watchdog has decided twice."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A watchdog that decides within some hundredths of a second."""
    patrol.before_fork()  # the thread that is there already looks at its leisure
    patrol.after_fork()
    monkeypatch.setattr(patrols, "LOOK", 0.01)
    monkeypatch.setattr(watchdog, "LOOKS", 6)


@pytest.fixture
def fakeaws(impatient):
    """A fake that is started after the watchdog was made impatient."""
    with FakeAWS() as aws:
        yield aws


@pytest.fixture
def lock():
    """A plain lock."""
    return threading.Lock()


@pytest.fixture
def hold(lock):
    """A handler and a worker: holds the lock for a second of virtual time."""

    def hold(*_):
        with lock:
            time.sleep(1)

    return hold


@pytest.fixture
def held_by_a_thread(lock):
    """Starts a thread that holds the lock while it calls something; joined at the end."""
    threads = []

    def start(call):
        taken = socket.socketpair()

        def run():
            with lock:
                taken[0].send(b"!")
                call()

        thread = threading.Thread(target=run)
        thread.start()
        threads.append(thread)
        taken[1].recv(1)
        for each in taken:
            each.close()

    yield start
    for thread in threads:
        thread.join()


def really_sleep(seconds=LONG):
    """Wait in real time, in a read from a socket."""
    here, there = socket.socketpair()
    with here, there, suppress(TimeoutError):
        here.settimeout(seconds)
        here.recv(1)


def line_of(code, text):
    """The file, line and source of the first line of *code* that has *text*."""
    lines, first = inspect.getsourcelines(code)
    index = next(index for index, line in enumerate(lines) if text in line)
    return f"{__file__}:{first + index} in {code.__name__}: {lines[index].strip()}"


# Who can be stuck


def test_two_invocations_of_a_mapping_that_share_a_lock_end_in_an_error(fakeaws, hold):
    """It is raised to whoever drives, and says where both invocations stand."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("bill", hold), batch_size=1)
    orders.send("a")
    orders.send("b")

    with pytest.raises(Deadlock, match="bill waits for a lock that nobody can release") as caught:
        fakeaws.clock.advance(5)

    assert caught.value.evidence.splitlines()[:3] == [
        f"It stands at {line_of(hold, 'with lock')}",
        "These wait meanwhile, and whoever holds the lock cannot go on:",
        f"bill at {line_of(hold, 'time.sleep')}",
    ]


def test_two_workers_that_share_a_lock_end_in_an_error(fakeaws, hold):
    """Spawned processes are named as everywhere."""
    fakeaws.spawn(hold)
    fakeaws.spawn(hold)

    with pytest.raises(Deadlock, match="hold-2 waits") as caught:
        fakeaws.clock.advance(5)

    assert f"hold at {line_of(hold, 'time.sleep')}" in caught.value.evidence


def test_a_worker_that_was_stuck_has_the_error_for_its_result(fakeaws, hold):
    """It is not the internal exception that ended it."""
    fakeaws.spawn(hold)
    stuck = fakeaws.spawn(hold)
    with suppress(Deadlock):
        fakeaws.clock.advance(5)

    with pytest.raises(Deadlock):
        stuck.result()


def test_a_test_that_holds_a_lock_while_it_drives_is_named(fakeaws, lock, hold):
    """The test's own line stands among those that wait."""
    function = fakeaws.create_function("bill", hold)

    with lock, pytest.raises(Deadlock, match="bill waits") as caught:
        function.invoke()

    assert caught.value.evidence.splitlines()[-1].startswith(f"the test at {__file__}:")
    assert caught.value.evidence.endswith("function.invoke()")


def test_a_test_that_waits_for_the_lock_of_a_worker_gets_the_error(fakeaws, lock, hold):
    """Where no process runs, it is raised right there."""
    fakeaws.spawn(hold)
    fakeaws.clock.advance(0.5)

    with pytest.raises(Deadlock, match="The test waits for a lock"):
        lock.acquire()


def test_a_handler_inside_asyncio_is_stuck_likewise(fakeaws, lock):
    """What drives gets the error through the loops in between."""

    async def consume():
        with lock:
            await asyncio.sleep(1)

    fakeaws.spawn(consume)
    fakeaws.spawn(consume)

    with pytest.raises(Deadlock):
        fakeaws.clock.advance(5)


def test_a_handler_does_not_swallow_the_error(fakeaws, lock):
    """`except Exception` lets it through, and `finally` runs."""
    steps = []

    def handler(*_):
        try:
            lock.acquire()
        except Exception:
            steps.append("except")
        finally:
            steps.append("finally")

    function = fakeaws.create_function("bill", handler)
    with lock, pytest.raises(Deadlock):
        function.invoke()

    assert steps == ["finally"]


def test_a_thread_that_waits_for_work_rescues_nobody(fakeaws, lock):
    """It blocks in a lock itself, so the error is certain."""
    jobs = queue.Queue()
    thread = threading.Thread(target=jobs.get)
    thread.start()
    function = fakeaws.create_function("bill", lambda *_: lock.acquire())

    with lock, pytest.raises(Deadlock):
        function.invoke()

    jobs.put("end")
    thread.join()


def test_after_the_error_the_fake_goes_on(fakeaws, lock, hold):
    """The holder finishes, the lock is free, and the function can be invoked again."""
    fakeaws.spawn(hold)
    fakeaws.spawn(hold)
    with suppress(Deadlock):
        fakeaws.clock.advance(5)

    fakeaws.clock.advance(5)

    assert not lock.locked()
    assert fakeaws.create_function("bill", hold).invoke().error is None


def test_processes_that_were_there_before_a_stretch_of_real_time_are_still_watched(
    fakeaws, lock, hold
):
    """`clock.real` stops the watchdog and starts it again."""
    fakeaws.spawn(hold)
    fakeaws.clock.advance(0.5)
    with fakeaws.clock.real():
        pass

    with pytest.raises(Deadlock):
        lock.acquire()


# Who is not


def test_a_lock_held_by_a_thread_that_sleeps_is_none_of_its_business(
    fakeaws, lock, held_by_a_thread
):
    """The thread itself turns the clock, and releases the lock."""
    function = fakeaws.create_function("bill", lambda *_: lock.acquire(), timeout=900)
    held_by_a_thread(lambda: time.sleep(60))

    assert function.invoke().result is True


def test_a_lock_held_by_a_thread_that_reads_from_a_socket_is_waited_for(
    fakeaws, lock, held_by_a_thread
):
    """The world may answer."""
    function = fakeaws.create_function("bill", lambda *_: lock.acquire())
    held_by_a_thread(really_sleep)

    assert function.invoke().result is True


def test_a_lock_held_by_a_thread_that_runs_a_program_is_waited_for(fakeaws, lock, held_by_a_thread):
    """The program will end."""
    function = fakeaws.create_function("bill", lambda *_: lock.acquire())
    held_by_a_thread(lambda: subprocess.run(["sleep", str(LONG)], check=True))

    assert function.invoke().result is True


def test_a_lock_is_waited_for_while_anybody_computes(
    impatient, lock, held_by_a_thread, monkeypatch
):
    """Of threads that were there before the fake nothing is known, but a processor is at work."""
    monkeypatch.setattr(watchdog, "time", SimpleNamespace(process_time=time.monotonic))
    held_by_a_thread(really_sleep)
    with FakeAWS() as aws:
        function = aws.create_function("bill", lambda *_: lock.acquire())

        assert function.invoke().result is True


def test_a_tool_that_waits_in_the_thread_of_the_test_is_left_alone(impatient, held_by_a_thread):
    """A debugger's wait, say, is a lock's too."""
    told = threading.Event()
    held_by_a_thread(lambda: (really_sleep(), told.set()))
    tool = {"__name__": "pdb"}
    exec("def wait(event):\n    event.wait()", tool)
    with FakeAWS() as aws:
        function = aws.create_function("bill", lambda *_: tool["wait"](told))

        assert function.invoke().error is None


def test_a_lock_with_a_timeout_runs_into_it(fakeaws, lock):
    """Such a wait goes on by itself."""
    function = fakeaws.create_function("bill", lambda *_: lock.acquire(timeout=LONG))

    with lock:
        assert function.invoke().result is False


@pytest.mark.parametrize(
    "call",
    [
        really_sleep,
        lambda: subprocess.run(["sleep", str(LONG)], check=True),
        lambda: hashlib.pbkdf2_hmac("sha256", b"", b"", 400_000),
    ],
    ids=["socket", "subprocess", "computing"],
)
def test_a_handler_that_takes_long_for_real_is_left_alone(fakeaws, hold, call):
    """Only a lock counts, though another process waits meanwhile."""
    fakeaws.spawn(hold)
    fakeaws.clock.advance(0.5)

    assert fakeaws.create_function("bill", lambda *_: call() and None).invoke().error is None


def test_a_lock_that_may_be_taken_again_by_its_thread_blocks_nobody(fakeaws):
    """Invocations share the thread, so an `RLock` does not keep them apart."""
    lock = threading.RLock()

    def handler(*_):
        with lock:
            time.sleep(1)

    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("bill", handler), batch_size=1)
    orders.send("a")
    orders.send("b")
    fakeaws.clock.advance(5)

    assert fakeaws.clock.now().second == 5
    assert orders.messages.bodies == []


def test_ctrl_c_stays_what_it_is(fakeaws):
    """Whoever interrupts the run gets `KeyboardInterrupt`."""
    function = fakeaws.create_function("bill", lambda *_: signal.raise_signal(signal.SIGINT))

    with pytest.raises(KeyboardInterrupt):
        function.invoke()


def test_a_stray_signal_does_nothing(fakeaws, lock):
    """Without a verdict there is no error."""
    function = fakeaws.create_function("bill", lambda *_: signal.raise_signal(signal.SIGURG))

    assert function.invoke().error is None


# Where it cannot interrupt


def test_where_signals_do_not_reach_it_only_explains(impatient, lock, hold, monkeypatch):
    """A fake in another thread: the text is written once, and the user ends what hangs."""
    monkeypatch.setattr(sys, "__stderr__", io.StringIO())

    def run():
        with FakeAWS() as aws:
            aws.create_function("bill", hold).invoke()

    lock.acquire()
    thread = threading.Thread(target=run)
    thread.start()
    really_sleep()
    lock.release()
    thread.join()

    assert sys.__stderr__.getvalue().count("bill waits for a lock that nobody can release.") == 1


def test_a_signal_that_the_user_handles_stays_theirs(impatient, monkeypatch):
    """Then, too, it could only explain."""
    before = signal.signal(signal.SIGURG, handler := lambda *_: None)
    try:
        with FakeAWS():
            assert signal.getsignal(signal.SIGURG) is handler
    finally:
        signal.signal(signal.SIGURG, before)


def test_a_fake_that_has_stopped_handles_no_signal():
    """What was there before is back."""
    before = signal.getsignal(signal.SIGURG)
    with FakeAWS():
        assert signal.getsignal(signal.SIGURG) != before

    assert signal.getsignal(signal.SIGURG) == before


# The thread that looks


def test_a_fake_without_processes_has_nobody_look(fakeaws):
    """Most tests never start the thread."""
    fakeaws.create_queue("orders").send("first")
    fakeaws.clock.advance(60)

    assert patrol.at_work is False


def test_the_thread_that_looks_is_counted_by_nobody(fakeaws, hold):
    """It is in no list of threads."""
    before = threading.enumerate()
    fakeaws.create_function("bill", hold).invoke()
    really_sleep()

    assert patrol.at_work is True
    assert threading.enumerate() == before


def test_the_thread_that_looks_goes_when_the_fake_has_stopped(impatient, hold):
    """It is not left over."""
    with FakeAWS() as aws:
        aws.create_function("bill", hold).invoke()
    really_sleep()

    assert patrol.at_work is False


@forks
def test_a_fork_finds_one_thread_only(fakeaws, hold):
    """Python 3.12 warns of others; the next process of the simulation is watched again."""
    fakeaws.create_function("bill", hold).invoke()
    others = _threads_of_the_platform() > 2

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        child = os.fork()
        if child == 0:
            os._exit(0)

    assert os.waitpid(child, 0) == (child, 0)
    assert others or not warned
    fakeaws.create_function("ship", hold).invoke()
    assert patrol.at_work is True


@forks
def test_before_a_fork_the_platform_has_forgotten_the_thread(fakeaws, hold):
    """It is not enough that its Python code has ended."""
    fakeaws.create_function("bill", hold).invoke()
    before = _threads_of_the_platform()

    patrol.before_fork()
    during = _threads_of_the_platform()
    patrol.after_fork()

    assert during == before - 1


def _threads_of_the_platform():
    return len(list(Path("/proc/self/task").glob("*")))


# What it tells a lock by


def _entered(lock):
    with lock:
        pass


def _acquired(lock):
    lock.acquire()


def _acquired_blocking(lock):
    lock.acquire(True)  # noqa: FBT003 - as people write it


def _in_a_condition(lock):
    condition = threading.Condition(lock)
    with condition:
        pass


def _with_a_timeout(lock):
    lock.acquire(timeout=LONG)


def _with_a_timeout_by_position(lock):
    lock.acquire(True, LONG)  # noqa: FBT003 - as people write it


def _without_a_lock(lock):
    really_sleep()


@pytest.mark.parametrize(
    ("code", "takes"),
    [
        (_entered, True),
        (_acquired, True),
        (_acquired_blocking, True),
        (_in_a_condition, True),
        (_with_a_timeout, False),
        (_with_a_timeout_by_position, False),
        (_without_a_lock, False),
    ],
)
def test_a_blocked_lock_is_told_by_the_instruction(lock, code, takes):
    """If it moved: wire/watchdog.py reads what `with` and a call compile to, and `f_lasti`."""
    lock.acquire()
    thread = threading.Thread(target=code, args=(lock,))
    thread.start()
    really_sleep(0.02)
    taken = takes_a_lock(sys._current_frames()[thread.ident])
    lock.release()
    thread.join()

    assert taken is takes


def test_a_lock_between_programs_is_left_alone():
    """Another program may release it."""
    lock = multiprocessing.get_context("fork").Lock()
    with lock:
        thread = threading.Thread(target=_entered, args=(lock,))
        thread.start()
        really_sleep(0.02)
        taken = takes_a_lock(sys._current_frames()[thread.ident])
    thread.join()

    assert taken is False
