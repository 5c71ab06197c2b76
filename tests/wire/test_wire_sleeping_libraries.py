"""Libraries that wait and try again: their waits are virtual, and so is what they measure them with."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import backoff
import boto3
import pytest
import stamina
import tenacity
import tenacity.nap
import urllib3
from botocore.exceptions import WaiterError
from tenacity import (
    RetryError,
    Retrying,
    retry,
    stop_after_attempt,
    stop_after_delay,
    stop_before_delay,
    wait_exponential,
    wait_fixed,
)

from pytest_fakeaws import FakeAWS


class Unsteady(Exception):
    """What goes away if one tries again."""


def fail():
    """What never goes well."""
    raise Unsteady


@pytest.fixture
def attempts(elapsed):
    """When each attempt was made."""
    return []


@pytest.fixture
def attempt(attempts, elapsed):
    """Fails, until so many attempts have been made."""

    def attempt(until=sys.maxsize):
        attempts.append(round(elapsed(), 3))
        if len(attempts) < until:
            raise Unsteady
        return "done"

    return attempt


# tenacity


def test_tenacity_waits_exponentially_in_virtual_time(attempt, attempts):
    """1, 2, 4, 8 seconds: the decorator as most people use it."""
    persistent = retry(wait=wait_exponential(), stop=stop_after_attempt(5))(attempt)
    with pytest.raises(RetryError):
        persistent()

    assert attempts == [0, 1, 3, 7, 15]


@pytest.mark.parametrize(
    ("stop", "times"),
    [(stop_after_delay(30), [0, 10, 20, 30]), (stop_before_delay(30), [0, 10, 20])],
    ids=["after", "before"],
)
def test_tenacity_gives_up_after_a_virtual_delay(attempt, attempts, stop, times):
    """It measures with `time.monotonic`, and sees virtual time there."""
    with pytest.raises(RetryError):
        Retrying(wait=wait_fixed(10), stop=stop)(attempt)

    assert attempts == times


def test_tenacity_gives_up_after_a_virtual_delay_in_a_handler(inside, attempt, attempts):
    """It runs in the test's thread."""
    with pytest.raises(RetryError):
        inside(lambda: Retrying(wait=wait_fixed(10), stop=stop_after_delay(30))(attempt))

    assert attempts == [0, 10, 20, 30]


def test_tenacity_gives_up_after_a_virtual_delay_in_a_thread(fakeaws, attempt, attempts):
    """There its sleeps are virtual too, and they are what it measures."""
    persistent = retry(wait=wait_fixed(10), stop=stop_after_delay(30))(attempt)
    with ThreadPoolExecutor(1) as pool, pytest.raises(RetryError):
        pool.submit(persistent).result()

    assert attempts == [0, 10, 20, 30]


def test_tenacity_retries_a_block(attempt, attempts):
    """`for attempt in Retrying(...)` with a context manager."""
    for trial in Retrying(wait=wait_fixed(60), stop=stop_after_delay(300)):
        with trial:
            assert attempt(until=4) == "done"

    assert attempts == [0, 60, 120, 180]


def test_tenacity_can_be_interrupted_by_an_event(fakeaws, attempt, attempts):
    """`sleep_using_event` waits in `Event.wait`."""
    event = threading.Event()
    sleep = tenacity.nap.sleep_using_event(event)
    with pytest.raises(RetryError):
        Retrying(wait=wait_fixed(10), stop=stop_after_attempt(3), sleep=sleep)(attempt)

    assert attempts == [0, 10, 20]


def test_tenacity_has_its_own_clock_back_after_the_fake():
    """Exactly the module that was there."""
    before = vars(tenacity)["time"]
    with FakeAWS() as aws:
        assert vars(tenacity)["time"] is not before
        with aws.clock.real():
            assert vars(tenacity)["time"] is before

    assert vars(tenacity)["time"] is before is time


def test_tenacity_may_be_imported_during_the_fake(monkeypatch):
    """It is given a virtual clock then."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "tenacity"]:
        monkeypatch.delitem(sys.modules, name)
    with FakeAWS() as aws:
        import tenacity as late

        start = aws.clock.now()
        with pytest.raises(late.RetryError):
            late.Retrying(wait=late.wait_fixed(10), stop=late.stop_after_delay(30))(fail)

        assert (aws.clock.now() - start).total_seconds() == 30
    assert vars(late)["time"] is time


# stamina


def test_stamina_tries_ten_times(attempt, attempts, monkeypatch):
    """Its default."""
    with pytest.raises(Unsteady):
        stamina.retry(on=Unsteady, wait_jitter=0, timeout=None)(attempt)()

    assert attempts == pytest.approx([0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3, 11.3, 16.3, 21.3])


def test_stamina_gives_up_after_45_seconds(attempt, attempts):
    """Its default as well: the first attempt that is later is the last."""
    with pytest.raises(Unsteady):
        stamina.retry(on=Unsteady, attempts=None, wait_jitter=0)(attempt)()

    assert attempts[-2:] == pytest.approx([41.3, 46.3])


def test_stamina_retries_a_block(attempt, attempts):
    """`retry_context` is the same without a function."""
    for trial in stamina.retry_context(on=Unsteady, wait_jitter=0):
        with trial:
            attempt(until=3)

    assert attempts == pytest.approx([0, 0.1, 0.3])


# backoff


def test_backoff_waits_exponentially_in_virtual_time(attempt, attempts):
    """Without jitter: 1, 2, 4 seconds."""
    with pytest.raises(Unsteady):
        backoff.on_exception(backoff.expo, Unsteady, max_tries=4, jitter=None)(attempt)()

    assert attempts == [0, 1, 3, 7]


def test_backoff_gives_up_after_a_virtual_time(attempt, attempts):
    """`max_time` is measured by the wall clock; the last wait ends with it."""
    with pytest.raises(Unsteady):
        backoff.on_exception(backoff.expo, Unsteady, max_time=10, jitter=None)(attempt)()

    assert attempts == [0, 1, 3, 7, 10]


def test_backoff_polls_for_a_value(fakeaws, elapsed):
    """`on_predicate` goes on until it is given something."""
    jobs = fakeaws.create_queue("jobs")
    jobs.send("late", delay=25)

    @backoff.on_predicate(backoff.constant, interval=10, jitter=None)
    def bodies():
        return jobs.messages.bodies

    assert (bodies(), elapsed()) == (["late"], 30)


# urllib3


@pytest.fixture
def server():
    """A real HTTP server, which answers 503 twice, with the headers that it is given."""
    headers, answered = {}, []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answered.append(503 if len(answered) < 2 else 200)
            self.send_response(answered[-1])
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", headers
        server.shutdown()
        thread.join()


@pytest.fixture
def get(server):
    """Gets the page as persistently as told."""

    def get(**options):
        with urllib3.PoolManager() as pool:
            retries = urllib3.Retry(total=5, status_forcelist=[503], **options)
            return pool.request("GET", server[0], retries=retries).status

    return get


def test_urllib3_waits_as_the_server_says(server, fakeaws, get, elapsed):
    """Retry-After of a real server, over a real socket."""
    server[1]["Retry-After"] = "30"

    assert (get(), elapsed()) == (200, 60)


def test_urllib3_backs_off_in_virtual_time(server, fakeaws, get, elapsed):
    """None before the first retry, then twice the factor."""
    assert (get(backoff_factor=10), elapsed()) == (200, 20)


# botocore


@pytest.fixture
def functions(fakeaws):
    """A client of Lambda."""
    return boto3.client("lambda")


def test_a_waiter_sees_what_comes_into_being_while_it_waits(fakeaws, functions, elapsed):
    """It asks every five seconds, and a process deploys after 30."""

    def deploy():
        time.sleep(30)
        fakeaws.create_function("late", lambda *_: None)

    fakeaws.spawn(deploy)
    functions.get_waiter("function_exists").wait(FunctionName="late", WaiterConfig={"Delay": 5})

    assert elapsed() == 30


def test_a_waiter_gives_up_in_virtual_time(functions, elapsed):
    """Twenty attempts, a second apart."""
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        functions.get_waiter("function_exists").wait(FunctionName="never")

    assert elapsed() == 19


def test_a_waiter_waits_as_long_as_it_is_told(functions, elapsed):
    """Its configuration is the user's."""
    with pytest.raises(WaiterError):
        functions.get_waiter("function_exists").wait(
            FunctionName="never", WaiterConfig={"Delay": 600, "MaxAttempts": 4}
        )

    assert elapsed() == 1800


def test_a_paginator_goes_through_all_pages(fakeaws, sqs, elapsed):
    """It takes no virtual time."""
    for number in range(5):
        fakeaws.create_queue(f"queue-{number}")
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})

    assert [len(page["QueueUrls"]) for page in pages] == [2, 2, 1]
    assert elapsed() == 0


# A name bound before


def test_a_library_that_has_bound_sleep_waits_in_virtual_time(attempt, attempts):
    """Pip's own `retry` sleeps by a name that it took from `time` when it was imported."""
    module = pytest.importorskip("pip._internal.utils.retry")
    persistent = module.retry(wait=10, stop_after_delay=3600)(attempt)

    assert persistent(until=3) == "done"
    assert attempts == [0, 10, 20]
