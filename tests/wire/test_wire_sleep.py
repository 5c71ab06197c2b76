"""`time.sleep` waits in virtual time, unless it waits for the real world."""

import subprocess
import sys
import threading
import time
import types
from time import sleep as bound_before

import pytest

from pytest_fakeaws import FakeAWS


@pytest.fixture
def real_sleeps(monkeypatch):
    """A list of the lengths that really would have been slept."""
    lengths = []
    monkeypatch.setattr(time, "sleep", lengths.append)
    return lengths


def called_from(module, sleep, seconds):
    """Call *sleep* from code of a module with this name."""
    namespace = {"__name__": module, "sleep": sleep}
    exec(f"sleep({seconds})", namespace)


@pytest.mark.parametrize("seconds", [0, 0.25, 90, 86_400 * 365])
def test_a_sleep_takes_virtual_time_only(elapsed, seconds):
    """A year costs no more than a second."""
    time.sleep(seconds)

    assert elapsed() == seconds


def test_a_sleep_drives_what_is_due(fakeaws):
    """A message whose delay ends during the sleep is there after it."""
    queue = fakeaws.create_queue("reminders", delay=60)
    queue.send("renew the lease")
    time.sleep(60)

    assert queue.messages.bodies == ["renew the lease"]


def test_a_name_bound_at_import_sleeps_virtually_too(elapsed):
    """`from time import sleep` long before the fake makes no difference."""
    bound_before(30)

    assert elapsed() == 30


def test_a_name_bound_between_two_fakes_is_found_by_the_second(monkeypatch):
    """Modules that have grown are searched again."""
    module = types.ModuleType("late")
    monkeypatch.setitem(sys.modules, "late", module)
    with FakeAWS():
        pass
    module.nap = time.sleep

    with FakeAWS() as aws:
        module.nap(30)

        assert aws.clock.now().second == 30


def test_a_name_bound_during_the_fake_sleeps_for_real_after_it(real_sleeps):
    """What was taken from a test outlives it harmlessly."""
    with FakeAWS():
        kept = time.sleep
    kept(30)

    assert real_sleeps == [30]


def test_all_names_are_as_before_after_the_fake():
    """Neither the module `time` nor a name bound elsewhere keeps the virtual sleep."""
    before = time.sleep
    with FakeAWS():
        assert time.sleep is not before

    assert (time.sleep, bound_before) == (before, before)


def test_a_negative_sleep_is_refused_as_ever(fakeaws):
    """The error is that of the real `time.sleep`."""
    with pytest.raises(ValueError, match="sleep length must be non-negative"):
        time.sleep(-1)


@pytest.mark.parametrize(
    "module",
    ["subprocess", "multiprocessing.popen_fork", "xdist.dsession", "pdb", "pytest_rerunfailures"],
)
def test_libraries_that_wait_for_the_real_world_sleep_for_real(real_sleeps, module):
    """Virtual time would run away while they poll."""
    with FakeAWS() as aws:
        called_from(module, time.sleep, 30)

        assert aws.clock.now().second == 0
    assert real_sleeps == [30]


def test_a_child_with_a_timeout_costs_no_virtual_time(elapsed):
    """`subprocess.run` polls a real process, and does so in real time."""
    done = subprocess.run([sys.executable, "-Sc", "print('hi')"], timeout=60, stdout=-1, check=True)

    assert (done.stdout.strip(), elapsed()) == (b"hi", 0)


def test_a_thread_of_the_test_sleeps_virtually(elapsed):
    """Whoever was started while the fake is active lives in its time."""
    thread = threading.Thread(target=time.sleep, args=[30])
    thread.start()
    thread.join()

    assert elapsed() == 30


def test_a_thread_from_before_sleeps_for_real(real_sleeps):
    """It may have nothing to do with the test, as long as it does not call AWS."""
    begun = threading.Event()
    thread = threading.Thread(target=lambda: (begun.wait(), time.sleep(30)))
    thread.start()
    with FakeAWS() as aws:
        begun.set()
        thread.join()

        assert aws.clock.now().second == 0
    assert real_sleeps == [30]


def test_a_handler_sleeps_beside_the_test(fakeaws):
    """Its sleep is part of its duration, and takes none of the test's own time."""
    function = fakeaws.create_function("slow", lambda *_: time.sleep(2))

    assert function.invoke().duration.total_seconds() == 2
