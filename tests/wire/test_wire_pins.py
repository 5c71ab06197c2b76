"""Pins: each thing that we take from another library beyond its public API is still where it was.

A failing pin names what moved and the one file of ours that relies on it.
"""

import _thread
import asyncio
import concurrent.futures._base
import concurrent.futures.thread
import inspect
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from asyncio import events
from asyncio.base_subprocess import BaseSubprocessTransport
from asyncio.subprocess import SubprocessStreamProtocol
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import boto3
import botocore.handlers
import freezegun
import freezegun.api
import pytest
import pytest_timeout
import tenacity
import time_machine
from _pytest import timing
from botocore import retryhandler
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.hooks import EventAliaser
from botocore.retries import bucket, standard
from botocore.session import get_session
from botocore.utils import EVENT_ALIASES
from greenlet import getcurrent, greenlet

from pytest_fakeaws.wire import emitting, inheritance, retries
from pytest_fakeaws.wire.samples import Samples, waits_for_the_world


@pytest.fixture
def client():
    """A client that needs nothing of the machine."""
    return boto3.client("sqs", "us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="s")


def test_every_client_emits_its_events_through_one_class(client):
    """If it moved: wire/emitter.py patches `botocore.hooks.EventAliaser`, the emitter of all clients."""
    assert type(client.meta.events) is EventAliaser


@pytest.mark.parametrize("method", ["emit", "emit_until_response"])
def test_events_are_emitted_by_methods_that_take_a_name_and_keywords(method):
    """If it moved: wire/emitter.py replaces these methods, and finds the name of the event in them."""
    parameters = inspect.signature(getattr(EventAliaser, method)).parameters.values()

    assert [(parameter.name, parameter.kind.name) for parameter in parameters] == [
        ("self", "POSITIONAL_OR_KEYWORD"),
        ("event_name", "POSITIONAL_OR_KEYWORD"),
        ("kwargs", "VAR_KEYWORD"),
    ]


@pytest.mark.parametrize("method", ["emit", "emit_until_response"])
def test_events_are_emitted_in_the_steps_that_are_taken_at_once(method):
    """If it moved: wire/emitting.py goes the long way, and calls cost more; write down the new steps."""
    assert emitting.is_as_known(method, getattr(EventAliaser, method))


def test_botocore_itself_hears_of_every_call_only_to_write_headers():
    """If it moved: wire/emitting.py calls those handlers again; it knows by name which it may leave out."""
    heard = {
        handler.__name__
        for event, handler, *_ in botocore.handlers.BUILTIN_HANDLERS
        if event == "before-call"
    }

    assert heard - emitting._HEADER_WRITERS == set()
    names = botocore.handlers.add_recursion_detection_header.__code__.co_consts
    assert {emitting._TRACE, "X-Amzn-Trace-Id"} <= set(names)


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("before-parameter-build", {"params", "context"}),
        ("before-call", {"context", "request_signer", "model"}),
    ],
)
def test_events_carry_what_an_answer_needs(client, event, arguments):
    """If it moved: wire/interceptor.py reads these arguments of botocore's events."""
    seen = {}
    client.meta.events.register(f"{event}.sqs", lambda **given: seen.update(given))
    client.meta.events.register("before-send.sqs", lambda **_: sys.exit())
    with pytest.raises(SystemExit):
        client.list_queues()

    assert arguments <= set(seen)
    assert seen["context"]["client_region"] == "us-east-1"


def test_a_signer_knows_its_credentials(client):
    """If it moved: wire/interceptor.py reads `RequestSigner._credentials`, botocore's private name."""
    assert client._request_signer._credentials.access_key == "AKIA"


def test_fixed_credentials_keep_their_key_as_a_plain_attribute():
    """If it moved: wire/identity.py reads the key without waking credentials that refresh."""
    assert vars(Credentials("AKIA", "secret"))["access_key"] == "AKIA"
    assert isinstance(RefreshableCredentials.access_key, property)


def test_services_have_event_names_of_their_own():
    """If it moved: wire/interceptor.py translates boto3's names with `botocore.utils.EVENT_ALIASES`."""
    assert EVENT_ALIASES["events"] == "eventbridge"


def test_a_new_session_gets_the_built_in_handlers():
    """If it moved: wire/identity.py counts `botocore.handlers.BUILTIN_HANDLERS`, to which moto adds."""
    assert {"before-call", "before-send"} & {
        event.partition(".")[0] for event, *_ in botocore.handlers.BUILTIN_HANDLERS
    }


def test_boto3_keeps_its_default_session_in_a_global(monkeypatch):
    """If it moved: wire/identity.py puts a session of its own into `boto3.DEFAULT_SESSION`."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", SimpleNamespace(client=lambda name: f"my {name}"))

    assert boto3.client("sqs") == "my sqs"


def test_a_freezer_lists_what_it_replaced():
    """If it moved: wire/host_time.py undoes part of a freeze by `undo_changes`."""
    freezer = freezegun.freeze_time("2030-01-01")
    with freezer:
        module, name, original = freezer.undo_changes[0]

        assert original is not getattr(module, name)


@pytest.mark.parametrize("name", ["monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"])
def test_freezegun_keeps_the_real_clocks(name):
    """If it moved: wire/host_time.py puts `freezegun.api.real_*` back, so that durations stay real."""
    real = getattr(time, name)
    with freezegun.freeze_time("2030-01-01"):
        assert getattr(time, name) is not real
        assert getattr(freezegun.api, f"real_{name}") is real


def test_freezegun_keeps_the_real_wall_clock():
    """If it moved: wire/stopwatches.py asks `freezegun.api.real_time`, so that reports are dated for real."""
    real = time.time
    with freezegun.freeze_time("2030-01-01"):
        assert time.time is not real
        assert freezegun.api.real_time is real


def test_pytests_clock_is_a_global_name():
    """If it moved: wire/stopwatches.py replaces `_pytest.timing.time`, so that reports are dated for real."""
    assert timing.time is time.time


def test_pytest_timeout_reads_the_clock_through_its_module():
    """If it moved: wire/stopwatches.py replaces `pytest_timeout.time`, so that sessions end in real time."""
    assert pytest_timeout.time is time


def test_a_freeze_shows_in_the_name_of_datetime():
    """If it moved: wire/host_time.py tells by "FakeDatetime" that a freeze is active."""
    with freezegun.freeze_time("2030-01-01"):
        assert sys.modules["datetime"].datetime.__name__ == "FakeDatetime"


@pytest.mark.parametrize("options", [{}, {"tick": True}, {"auto_tick_seconds": 1}])
def test_a_freezer_keeps_its_date_in_a_list_that_the_last_one_leads(options):
    """If it moved: wire/clock_libraries.py reads `freeze_factories`, sets `time_to_freeze` and `start`."""
    with freezegun.freeze_time("2024-05-01", **options) as freezer:
        assert freezegun.api.freeze_factories[-1] is freezer
        assert freezer.time_to_freeze.isoformat() == "2024-05-01T00:00:00"
        assert ("start" in vars(freezer)) == ("tick" in options)


@pytest.mark.parametrize(
    ("name", "methods"),
    [
        ("_freeze_time", {"start", "stop"}),
        ("FrozenDateTimeFactory", {"tick", "move_to"}),
        ("TickingDateTimeFactory", {"tick", "move_to"}),
        ("StepTickTimeFactory", {"tick", "move_to", "__call__"}),
    ],
)
def test_freezers_are_moved_by_methods_of_their_classes(name, methods):
    """If it moved: wire/clock_libraries.py names these classes, and wire/freezes.py hooks the methods."""
    assert methods <= set(vars(getattr(freezegun.api, name)))


def test_a_freeze_keeps_its_zone_and_what_it_ignores_in_lists():
    """If it moved: wire/host_time.py hands `tz_offsets` and `ignore_lists` on to its own freeze."""
    with freezegun.freeze_time("2024-05-01", tz_offset=2, ignore=["mine"]):
        assert freezegun.api.tz_offsets[-1].total_seconds() == 7200
        assert "mine" in freezegun.api.ignore_lists[-1]


def test_a_traveller_keeps_its_date_in_a_list_that_the_last_one_leads():
    """If it moved: wire/clock_libraries.py and wire/host_time.py set `_destination_timestamp_ns`."""
    stacks = "traveller_stack", "coordinates_stack"
    stack = next(getattr(time_machine, name) for name in stacks if hasattr(time_machine, name))
    with time_machine.travel(1_000) as traveller:
        assert stack[-1] is traveller
        assert traveller._destination_timestamp_ns == 1_000 * 10**9
        traveller._destination_timestamp_ns += 1
        assert time.time_ns() == 1_000 * 10**9 + 1
        assert traveller._requested is True


def test_travellers_are_moved_by_methods_of_their_class():
    """If it moved: wire/clock_libraries.py finds `Traveller`, and wire/freezes.py hooks its methods."""
    kind = getattr(time_machine, "Traveller", None) or time_machine.Coordinates

    assert {"shift", "move_to"} <= set(vars(kind))
    assert {"start", "stop"} <= set(vars(time_machine.travel))


def test_a_greenlet_takes_a_context_and_a_parent():
    """If it moved: sim/process.py sets `gr_context` and `parent` of greenlets before it switches."""
    other = greenlet(getcurrent)
    other.gr_context = None
    other.parent = getcurrent()

    assert (other.switch(), other.dead) == (other, True)


def test_environment_variables_are_kept_in_a_dictionary(monkeypatch):
    """If it moved: services/lambda_/variables.py puts a layer of a handler's own in its place, for bytes too."""
    monkeypatch.setenv("FAKEAWS_PIN", "value")
    environ = os.environ

    assert isinstance(environ, os._Environ)
    assert environ._data[environ.encodekey("FAKEAWS_PIN")] == environ.encodevalue("value")
    assert not os.supports_bytes_environ or os.environb._data is environ._data


def test_a_child_process_is_begun_in_one_place():
    """If it moved: wire/inheritance.py hands `env` to `subprocess.Popen`, by its place among the arguments."""
    parameters = [*inspect.signature(subprocess.Popen.__init__).parameters]

    assert parameters.index("env") == 1 + inheritance.ENV


def test_the_running_loop_of_asyncio_can_be_swapped():
    """If it moved: sim/process.py swaps asyncio's running loop by `_set_running_loop`."""
    loop = object()
    events._set_running_loop(loop)
    seen = events._get_running_loop()
    events._set_running_loop(None)

    assert seen is loop


def test_threading_hands_out_the_tracer_of_new_threads():
    """If it moved: sim/process.py traces processes as threads, by `threading.gettrace`."""
    assert threading.gettrace() is None or callable(threading.gettrace())


def test_a_condition_waits_in_a_lock_that_it_makes():
    """If it moved: wire/blocking.py replaces `threading._allocate_lock`, in which all of `threading` blocks."""
    assert "_allocate_lock" in threading.Condition.wait.__code__.co_names
    assert threading._allocate_lock is _thread.allocate_lock


def test_an_event_waits_in_a_condition():
    """If it moved: wire/blocking.py tells by the frame above `Condition.wait` that a thread sleeps."""
    callers = []

    class Lock:
        def acquire(self, *_):
            if callers or sys._getframe(1).f_code is not threading.Condition.wait.__code__:
                return True
            callers.append(sys._getframe(2).f_code)
            return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading, "_allocate_lock", Lock)
        threading.Event().wait(1)

    assert callers == [threading.Event.wait.__code__]


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        (threading, "_time", time.monotonic),
        (queue, "time", time.monotonic),
        (concurrent.futures._base, "time", time),
        (tenacity, "time", time),
    ],
    ids=["threading", "queue", "concurrent.futures", "tenacity"],
)
def test_libraries_know_the_clock_of_their_timeouts_by_a_global_name(module, name, expected):
    """If it moved: wire/timeouts.py gives these modules a clock that follows virtual time."""
    assert vars(module)[name] is expected


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (threading.Condition.wait_for, "_time"),
        (queue.Queue.get, "time"),
        (queue.Queue.put, "time"),
        (concurrent.futures._base.as_completed, "time"),
        (tenacity.RetryCallState.set_exception, "time"),
    ],
)
def test_libraries_ask_the_clock_of_their_timeouts(call, name):
    """If it moved: wire/timeouts.py replaces that clock in vain."""
    assert name in call.__code__.co_names


def test_a_pool_makes_an_item_of_each_submission_and_runs_it():
    """If it moved: wire/pools.py follows `_WorkItem` from its making to the end of its `run`."""
    seen = []
    kind = concurrent.futures.thread._WorkItem
    make, run = kind.__init__, kind.run
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(
            kind, "__init__", lambda self, *args: (seen.append("made"), make(self, *args))[1]
        )
        patch.setattr(kind, "run", lambda self, *args: (seen.append("run"), run(self, *args))[1])
        pool.submit(seen.append, "done").result()
        threads = {thread.is_alive() for thread in pool._threads}

    assert (seen, threads) == (["made", "run", "done"], {True})


def test_a_worker_of_a_pool_stands_in_a_function_of_that_name():
    """If it moved: wire/pools.py tells an idle worker by `concurrent.futures.thread._worker`."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        (worker,) = pool._threads
        latest = time.monotonic() + 5
        code = None
        while code is not concurrent.futures.thread._worker.__code__ and time.monotonic() < latest:
            code = sys._current_frames()[worker.ident].f_code

    assert code is concurrent.futures.thread._worker.__code__


def test_the_interpreter_shows_where_each_thread_stands():
    """If it moved: wire/samples.py and wire/threads.py read `sys._current_frames`."""
    assert sys._current_frames()[threading.get_ident()] is sys._getframe()


@pytest.mark.skipif(sys.platform != "linux", reason="the clocks of other threads are Linux's")
def test_the_processor_clock_of_another_thread_has_a_number():
    """If it moved: wire/samples.py makes the clock's number of the thread's, as `clock_getres(2)` has it."""
    clock = ~threading.get_native_id() << 3 | 6

    assert clock == time.pthread_getcpuclockid(threading.get_ident())
    assert time.clock_gettime_ns(clock) <= time.thread_time_ns()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows what a thread waits in")
@pytest.mark.parametrize("outside", [False, True])
def test_linux_tells_a_lock_from_a_socket(outside):
    """If it moved: wire/samples.py tells by a file under /proc who waits for the outside world."""
    near, far = socket.socketpair()
    lock = threading.Lock()
    samples = Samples()
    with near, far, lock:
        thread = threading.Thread(target=near.recv if outside else lock.acquire, args=[1])
        thread.start()
        while not samples.still(thread, sys._current_frames()):
            time.sleep(0.001)
        seen = waits_for_the_world(thread, sys._current_frames())
        far.send(b"x")
        if not outside:
            lock.release()
        thread.join()

    assert seen is outside


@pytest.fixture
def loop():
    """A loop of asyncio's."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_loops_turn_by_methods_of_the_class_of_all(loop):
    """If it moved: wire/loops.py replaces these methods of `asyncio.BaseEventLoop`."""
    methods = {"_run_once", "time", "call_exception_handler"}

    assert methods <= set(vars(asyncio.BaseEventLoop))
    assert methods.isdisjoint(vars(type(loop)))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("_ready", deque),
        ("_scheduled", list),
        ("_stopping", bool),
        ("_clock_resolution", float),
        ("_timer_cancelled_count", int),
    ],
)
def test_a_loop_keeps_its_state_in_attributes(loop, name, kind):
    """If it moved: wire/loops.py reads and sets them."""
    assert type(getattr(loop, name)) is kind


def test_a_loop_has_a_selector_that_it_listens_to_itself_with(loop):
    """If it moved: wire/loops.py selects with `_selector`, and counts what else it listens to."""
    assert loop._process_events(loop._selector.select(0)) is None
    if hasattr(loop._selector, "get_map"):
        (key,) = loop._selector.get_map().values()
        reader, writer = key.data
        assert (reader._callback.__name__, writer) == ("_read_from_self", None)


@pytest.mark.skipif(sys.platform == "win32", reason="its loops have no selector")
def test_a_loop_accepts_connections_by_a_method_of_its_own(loop):
    """If it moved: wire/loops.py knows by its name that nobody has connected to a server yet."""
    server = loop.run_until_complete(loop.create_server(asyncio.Protocol, "127.0.0.1", 0))
    readers = {key.data[0]._callback.__name__ for key in loop._selector.get_map().values()}
    server.close()

    assert readers == {"_read_from_self", "_accept_connection"}


def test_a_loop_puts_down_everything_by_one_method(loop):
    """If it moved: wire/loops.py replaces `_call_soon` of a loop, so that it is told of what comes."""
    seen = []
    call_soon = loop._call_soon
    loop._call_soon = lambda *args: seen.append(args[0]) or call_soon(*args)
    loop.call_soon(print)
    loop.call_soon_threadsafe(len)

    assert seen == [print, len]


def test_a_loop_keeps_its_timers_in_a_heap(loop):
    """If it moved: wire/loops.py looks when the first is due, and drops those that were cancelled."""
    timer = loop.call_at(5, print)
    timer.cancel()

    assert loop._scheduled == [timer]
    assert (timer._when, timer._cancelled, timer._scheduled) == (5, True, True)
    assert loop._timer_cancelled_count == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are handled otherwise on Windows")
def test_a_loop_keeps_the_signals_that_it_handles(loop):
    """If it moved: wire/loops.py sees by `_signal_handlers` that a loop may be woken from afar."""
    assert loop._signal_handlers == {}


def test_the_time_of_a_loop_may_be_its_own(loop):
    """If it moved: wire/loops.py gives a loop a clock by its attribute `time`."""
    loop.time = lambda: 1000.0

    assert loop.call_later(5, print).when() == 1005


def test_freezegun_puts_the_clock_of_a_loop_back_into_its_class(loop):
    """If it moved: wire/loops.py takes it away from there, or it would stay behind."""
    with freezegun.freeze_time("2024-05-01", real_asyncio=True):
        assert vars(type(loop))["time"].__module__ == "freezegun.api"
    assert vars(type(loop))["time"] is asyncio.BaseEventLoop.time
    del type(loop).time


def test_a_child_of_a_loop_tells_who_awaits_it(loop):
    """If it moved: wire/children.py reads these attributes, so that time stands still meanwhile."""
    seen = []

    class Transport(BaseSubprocessTransport):
        def _start(self, *args, **kwargs):
            seen.append(self)
            raise NotImplementedError

    with pytest.raises(NotImplementedError):
        Transport(loop, None, [], False, None, None, None, 0)  # noqa: FBT003

    assert seen[0]._loop is loop
    assert (seen[0]._returncode, seen[0]._protocol) == (None, None)
    assert len(seen[0]._exit_waiters or ()) == 0
    assert asyncio.StreamReader(loop=loop)._waiter is None
    assert {"stdout", "stderr"} <= set(vars(SubprocessStreamProtocol(1, loop)))


def test_anyio_runs_tests_in_a_task_that_is_named_so():
    """If it moved: handles/coroutines.py knows by its name the task that waits for the test itself."""
    from anyio._backends._asyncio import TestRunner

    assert TestRunner._call_in_runner_task.__qualname__ == "TestRunner._call_in_runner_task"


def test_the_retry_modes_of_botocore_draw_and_wait_where_we_replace_it(fakeaws, elapsed):
    """If it moved: wire/retry_waits.py replaces these, for clients old and new."""
    backoff = standard.ExponentialBackoff(random=lambda: pytest.fail("drew from elsewhere"))
    assert 0 < backoff._random() < 1

    handler = standard.RetryHandler(None, None, None)
    handler._sleep = lambda _: pytest.fail("waited elsewhere")
    handler._sleep(5)
    assert elapsed() == 5

    tokens = bucket.TokenBucket(max_rate=0.5, clock=bucket.Clock())
    tokens.acquire(1)
    assert elapsed() == pytest.approx(7, abs=0.001)


def test_retries_wait_where_botocore_waits(fakeaws):
    """If it moved: wire/retry_waits.py replaces what botocore's own methods look up."""
    assert "self._random()" in inspect.getsource(standard.ExponentialBackoff.delay_amount)
    assert "random.random()" in inspect.getsource(retryhandler.delay_exponential)
    assert "self._sleep_amount(amount)" in inspect.getsource(bucket.TokenBucket._acquire)


def test_an_invocation_id_that_is_there_is_kept(client):
    """If it moved: wire/attempts.py gives a call an id, by which it finds the call's requests."""
    context = {"retries": {"invocation-id": "ours"}}
    client._endpoint._update_retries_context(context, 1)
    request = SimpleNamespace(context=context, headers={})
    botocore.handlers.add_retry_headers(request)

    assert request.headers["amz-sdk-invocation-id"] == "ours"


def test_what_botocore_retries_we_know():
    """If it moved: wire/retries.py lists the codes and statuses of both kinds of retries."""
    checkers = [standard.TransientRetryableChecker(), standard.ThrottledRetryableChecker()]
    codes = {*checkers[0]._transient_error_codes, *checkers[1]._throttled_error_codes}
    statuses = set(checkers[0]._transient_status_codes)
    legacy = get_session().get_component("data_loader").load_data("_retry")
    conditions = [policy["applies_when"] for policy in legacy["definitions"].values()]
    ours = legacy["retry"]["sqs"]["__default__"]["policies"].values()
    for condition in [*conditions, *(policy["applies_when"] for policy in ours)]:
        response = condition.get("response", {})
        if "service_error_code" in response:
            codes.add(response["service_error_code"])
        elif "http_status_code" in response:
            statuses.add(response["http_status_code"])

    assert codes - retries.CODES == set()
    assert statuses - retries.STATUSES == set()


def test_waitress_hands_out_the_threads_of_a_server():
    """If it moved: wire/endpoint/server.py adds, finds and ends them by `task_dispatcher`."""
    dispatcher = pytest.importorskip("waitress.task").ThreadedTaskDispatcher()
    dispatcher.set_thread_count(1)
    targets = [thread._target for thread in threading.enumerate() if hasattr(thread, "_target")]
    dispatcher.shutdown()

    assert dispatcher.handler_thread in targets
    source = inspect.getsource(pytest.importorskip("waitress.server").create_server)
    assert "ThreadedTaskDispatcher()" in source


def test_waitress_turns_its_loop_once_and_can_be_woken():
    """If it moved: wire/endpoint/server.py calls `wasyncore.loop`, `close_all` and `pull_trigger`."""
    waitress = pytest.importorskip("waitress")
    wasyncore = pytest.importorskip("waitress.wasyncore")
    sockets = {}
    server = waitress.create_server(print, map=sockets, listen="127.0.0.1:0", threads=1)
    server.pull_trigger()
    began = time.monotonic()
    wasyncore.loop(60, map=sockets, use_poll=True, count=1)
    took = time.monotonic() - began
    server.task_dispatcher.shutdown()
    wasyncore.close_all(sockets, ignore_all=True)

    assert (took < 30, sockets, server.accepting) == (True, {}, False)


def test_aiohttp_connects_every_request_by_one_method(monkeypatch):
    """If it moved: wire/web_aiohttp.py replaces `BaseConnector.connect`, and reads the request it is given."""
    aiohttp = pytest.importorskip("aiohttp")
    seen = []

    async def connect(connector, req, *args, **kwargs):
        body = await req.body.as_bytes()
        seen.append((req.method, str(req.url), req.headers["A"], body, req.connection_key.host))
        raise aiohttp.ServerDisconnectedError

    async def post():
        async with aiohttp.ClientSession() as session:
            await session.post("http://example.com/b?c", data=b"d", headers={"A": "e"})

    monkeypatch.setattr(aiohttp.BaseConnector, "connect", connect)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        asyncio.run(post())
    assert seen == [("POST", "http://example.com/b?c", "e", b"d", "example.com")]


def test_aiohttp_reads_a_response_that_came_before_it_was_told_how():
    """If it moved: wire/web_aiohttp.py makes such a `ResponseHandler`, and a `Connection` of it."""
    client_proto = pytest.importorskip("aiohttp.client_proto")
    connector = pytest.importorskip("aiohttp.connector")

    async def read():
        protocol = client_proto.ResponseHandler(asyncio.get_running_loop())
        protocol.connection_made(asyncio.Transport())
        protocol.force_close()
        protocol.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        protocol.set_response_params()
        message, content = await protocol.read()
        return message.code, await content.read()

    assert asyncio.run(read()) == (200, b"hello")
    names = list(inspect.signature(connector.Connection).parameters)
    assert names == ["connector", "key", "protocol", "loop"]
