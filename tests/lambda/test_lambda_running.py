"""What a handler sees while it runs: its context, its environment, its time, its neighbours."""

import contextvars
import ctypes
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from unittest import mock

import pytest


def test_the_context_describes_the_function(fakeaws):
    """The names are those of AWS's context object."""
    seen = {}

    def handler(event, context):
        seen.update(
            name=context.function_name,
            version=context.function_version,
            arn=context.invoked_function_arn,
            memory=context.memory_limit_in_mb,
            log_group=context.log_group_name,
            identity=str(context.identity),
            client_context=context.client_context,
        )

    function = fakeaws.create_function("invoice", handler, memory=512)
    function.invoke()

    assert seen == {
        "name": "invoice",
        "version": "$LATEST",
        "arn": function.arn,
        "memory": "512",
        "log_group": "/aws/lambda/invoice",
        "identity": "CognitoIdentity([cognito_identity_id=None,cognito_identity_pool_id=None])",
        "client_context": None,
    }


def test_the_context_is_shown_as_by_the_runtime(fakeaws):
    """A handler that prints it sees all that it tells."""
    run = fakeaws.create_function("invoice", lambda _, context: repr(context)).invoke()

    assert run.result == (
        f"LambdaContext([aws_request_id={run.request_id},log_group_name=/aws/lambda/invoice,"
        f"log_stream_name={run.log_stream},function_name=invoice,memory_limit_in_mb=128,"
        "function_version=$LATEST,"
        "invoked_function_arn=arn:aws:lambda:us-east-1:123456789012:function:invoice,"
        "client_context=None,"
        "identity=CognitoIdentity([cognito_identity_id=None,cognito_identity_pool_id=None]),"
        "tenant_id=None])"
    )


def test_the_log_stream_is_named_for_the_day_and_the_version(fakeaws):
    """Day and version as AWS writes them, in virtual time."""
    function = fakeaws.create_function("invoice", lambda _, context: context.log_stream_name)

    assert function.invoke().result.startswith("2030/01/01/[$LATEST]")


def test_each_invocation_has_a_request_id_of_its_own(fakeaws):
    """The handler sees the id by which the invocation is known."""
    function = fakeaws.create_function("invoice", lambda _, context: context.aws_request_id)

    first, second = function.invoke(), function.invoke()

    assert (first.result, second.result) == (first.request_id, second.request_id)
    assert first.request_id != second.request_id


def test_the_remaining_time_shrinks_in_virtual_time(fakeaws):
    """It starts at the timeout and loses what the handler waits."""

    def handler(event, context):
        before = context.get_remaining_time_in_millis()
        time.sleep(1.25)
        return before, context.get_remaining_time_in_millis()

    function = fakeaws.create_function("invoice", handler, timeout=10)

    assert function.invoke().result == [10_000, 8_750]


def test_a_handler_takes_as_long_as_it_waits(fakeaws):
    """Start and duration are virtual, and the handler's own clock agrees."""

    def handler(event, context):
        time.sleep(2)
        return datetime.now(timezone.utc).isoformat()

    run = fakeaws.create_function("invoice", handler).invoke()

    assert run.started == datetime(2030, 1, 1, tzinfo=timezone.utc)
    assert run.duration == timedelta(seconds=2)
    assert run.result == "2030-01-01T00:00:02+00:00"


def test_the_clock_can_be_used_to_sleep(fakeaws):
    """Inside a handler, to advance the clock is to wait."""
    function = fakeaws.create_function("invoice", lambda *_: fakeaws.clock.advance("2s"))

    assert function.invoke().duration == timedelta(seconds=2)


def test_a_handler_may_change_its_event(fakeaws):
    """What it was given is remembered as it was."""

    def handler(event, context):
        event.clear()
        return event

    run = fakeaws.create_function("invoice", handler).invoke({"order": 7})

    assert (run.event, run.result) == ({"order": 7}, {})


def test_invocations_are_kept_in_the_order_in_which_they_started(fakeaws):
    """Each with its event, its result and its attempt."""
    function = fakeaws.create_function("double", lambda event, _: event * 2)
    for number in (1, 2, 3):
        function.invoke(number)

    assert [run.event for run in function.invocations] == [1, 2, 3]
    assert [run.result for run in function.invocations] == [2, 4, 6]
    assert [run.attempt for run in function.invocations] == [1, 1, 1]


def test_module_state_is_kept_between_invocations(fakeaws, module):
    """A warm environment finds what the last invocation left, as in AWS."""
    module(
        "shop_counting",
        "served = []\ndef handler(event, context):\n    served.append(event)\n    return len(served)\n",
    )
    function = fakeaws.create_function("count", "shop_counting.handler")

    assert [function.invoke(order).result for order in "abc"] == [1, 2, 3]


class TestEnvironment:
    """`os.environ` in a handler is the test's plus the function's."""

    @pytest.fixture(autouse=True)
    def _variables(self, monkeypatch):
        monkeypatch.setenv("STAGE", "test")
        monkeypatch.setenv("TABLE", "the test's")
        monkeypatch.delenv("CURRENCY", raising=False)

    @staticmethod
    def look():
        """What one sees of the variables of these tests."""
        return [os.environ.get(name) for name in ("STAGE", "TABLE", "CURRENCY")]

    @pytest.fixture
    def function(self, fakeaws):
        """A function that looks before and after it waits."""

        def handler(event, context):
            before = self.look()
            time.sleep(2)
            return before, self.look()

        return fakeaws.create_function(
            "invoice", handler, environment={"TABLE": "invoices", "CURRENCY": "EUR"}
        )

    def test_a_handler_sees_its_own_before_and_after_it_waits(self, function):
        """Variables of the function hide those of the test, which it sees otherwise."""
        seen = ["test", "invoices", "EUR"]

        assert function.invoke().result == [seen, seen]

    def test_nothing_is_left_of_it_in_the_test(self, function):
        """After an invocation the environment is as it was, to the last variable."""
        before = dict(os.environ)
        function.invoke()

        assert dict(os.environ) == before

    def test_the_test_does_not_see_it_while_the_handler_waits(self, fakeaws, function):
        """A handler that waits takes its variables with it."""
        queue = fakeaws.create_queue("orders")
        queue.trigger(function)
        queue.send("order")
        fakeaws.clock.advance(1)

        assert self.look() == ["test", "the test's", None]

    def test_another_handler_does_not_see_it_while_the_first_one_waits(self, fakeaws, function):
        """Two functions that overlap each see their own."""
        queue = fakeaws.create_queue("orders")
        queue.trigger(function)
        queue.send("order")
        fakeaws.clock.advance(1)
        other = fakeaws.create_function(
            "other", lambda *_: self.look(), environment={"STAGE": "other"}
        )

        assert other.invoke().result == ["other", "the test's", None]
        fakeaws.clock.advance(1)
        assert function.invocations[0].result[1] == ["test", "invoices", "EUR"]

    def test_a_handler_may_remove_what_is_its_own(self, fakeaws):
        """The test finds its variables as they were all the same."""

        def handler(event, context):
            del os.environ["TABLE"], os.environ["CURRENCY"]

        variables = {"TABLE": "invoices", "CURRENCY": "EUR"}
        fakeaws.create_function("tidy", handler, environment=variables).invoke()

        assert self.look() == ["test", "the test's", None]

    def test_what_a_handler_makes_of_its_own_lasts_while_it_waits(self, fakeaws):
        """It finds them after a wait as it left them."""

        def handler(event, context):
            os.environ["TABLE"] = "changed"
            del os.environ["CURRENCY"]
            time.sleep(1)
            return self.look()

        variables = {"TABLE": "invoices", "CURRENCY": "EUR"}
        function = fakeaws.create_function("change", handler, environment=variables)

        assert function.invoke().result == ["test", "changed", None]
        assert self.look() == ["test", "the test's", None]

    def test_what_a_handler_makes_of_its_own_lasts_in_a_warm_environment(self, fakeaws):
        """As in AWS; a new environment has them as they were set."""

        def handler(event, context):
            before = os.environ["TABLE"]
            os.environ["TABLE"] = event
            return before

        function = fakeaws.create_function("keep", handler, environment={"TABLE": "invoices"})
        warm = [function.invoke(event).result for event in "ab"]
        function.update(timeout=9)

        assert [*warm, function.invoke("c").result] == ["invoices", "a", "invoices"]

    def test_what_a_handler_sets_besides_is_set_in_the_test(self, fakeaws, monkeypatch):
        """It shares the test's environment but for its own variables."""
        monkeypatch.setenv("STAGE", "test")
        fakeaws.create_function("set", lambda *_: os.environ.update(STAGE="changed")).invoke()

        assert os.environ["STAGE"] == "changed"

    def test_a_handler_may_clear_it_for_a_while(self, fakeaws):
        """As `mock.patch.dict` does; it finds everything as it was, and so does the test."""
        before = dict(os.environ)

        def handler(event, context):
            found = dict(os.environ)
            with mock.patch.dict(os.environ, {"ONLY": "this"}, clear=True):
                assert dict(os.environ) == {"ONLY": "this"}
            return dict(os.environ) == found

        function = fakeaws.create_function("clear", handler, environment={"TABLE": "invoices"})

        assert function.invoke().result is True
        assert dict(os.environ) == before

    def test_it_can_be_read_in_every_way(self, fakeaws):
        """One by one, all at once, as bytes, and counted."""

        def handler(event, context):
            everything = dict(os.environ)
            assert len(os.environ) == len(everything) == len({*os.environ})
            assert "TABLE" in os.environ
            assert "NOWHERE" not in os.environ
            assert os.environb[b"TABLE"] == b"invoices"
            assert repr(os.environ).count("'TABLE'") == 1
            return everything["TABLE"], everything["STAGE"]

        function = fakeaws.create_function("read", handler, environment={"TABLE": "invoices"})

        assert function.invoke().result == ["invoices", "test"]

    @pytest.mark.parametrize("name", ["TABLE", "AWS_LAMBDA_FUNCTION_NAME", "_X_AMZN_TRACE_ID"])
    @pytest.mark.slow
    def test_a_child_process_sees_it(self, fakeaws, name):
        """It is handed on by `subprocess`, all of it."""

        def handler(event, context):
            child = [sys.executable, "-c", f"import os; print(os.getenv('{name}'))"]
            return subprocess.check_output(child, text=True).strip() == os.environ[name]

        function = fakeaws.create_function("parent", handler, environment={"TABLE": "invoices"})

        assert function.invoke().result is True

    @pytest.mark.skipif(os.name == "nt", reason="C's environment is another matter there")
    def test_libraries_in_c_see_what_the_function_sets(self, fakeaws):
        """The process itself has it, such as `TZ`, as long as the handler runs, also if that has changed it."""
        look = ctypes.CDLL(None).getenv
        look.restype = ctypes.c_char_p

        def handler(event, context):
            before = look(b"TABLE")
            os.environ["TABLE"] = "changed"
            time.sleep(1)
            return [text.decode() for text in (before, look(b"TABLE"))]

        function = fakeaws.create_function("deep", handler, environment={"TABLE": "invoices"})

        assert function.invoke().result == ["invoices", "changed"]
        assert look(b"TABLE") == b"the test's"

    def test_a_dictionary_in_its_place_is_used_as_it_is(self, fakeaws, function, monkeypatch):
        """Some tests replace `os.environ`; they get it back as they made it."""
        replaced = {"STAGE": "replaced", "TABLE": "theirs"}
        monkeypatch.setattr(os, "environ", replaced)

        seen = ["replaced", "invoices", "EUR"]
        assert function.invoke().result == [seen, seen]
        assert replaced == {"STAGE": "replaced", "TABLE": "theirs"}

    def test_it_is_gone_after_a_handler_that_failed(self, fakeaws):
        """An error takes the variables away as a result does."""
        broken = fakeaws.create_function(
            "broken", lambda *_: 1 / 0, environment={"CURRENCY": "EUR"}
        )
        broken.invoke()

        assert self.look() == ["test", "the test's", None]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("AWS_LAMBDA_FUNCTION_NAME", "invoice"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/invoice"),
            ("AWS_REGION", "us-east-1"),
        ],
    )
    def test_it_holds_what_the_runtime_sets(self, fakeaws, name, value):
        """Libraries recognise Lambda by these variables."""
        function = fakeaws.create_function("invoice", lambda *_: os.environ.get(name))

        assert function.invoke().result == value


class TestOverlap:
    """Handlers that wait give way to others."""

    def test_two_that_sleep_overlap_in_virtual_time(self, fakeaws, calls):
        """Both have started before either ends, and together they take as long as one."""

        def handler(event, context):
            body = event["Records"][0]["body"]
            calls.append(f"{body} starts")
            time.sleep(2)
            calls.append(f"{body} ends")

        queue = fakeaws.create_queue("orders")
        queue.trigger(fakeaws.create_function("slow", handler), batch_size=1)
        queue.send("a")
        queue.send("b")
        fakeaws.clock.advance(2)

        assert calls == ["a starts", "b starts", "a ends", "b ends"]

    def test_context_variables_do_not_leak(self, fakeaws):
        """A handler sees what the test has set, and nobody sees what the handler sets."""
        tenant = contextvars.ContextVar("tenant", default="nobody")
        tenant.set("test")

        def handler(event, context):
            inherited = tenant.get()
            tenant.set(event)
            time.sleep(1)
            return inherited, tenant.get()

        function = fakeaws.create_function("invoice", handler)

        assert function.invoke("first").result == ["test", "first"]
        assert function.invoke("second").result == ["test", "second"]
        assert tenant.get() == "test"

    def test_an_invocation_that_still_runs_has_no_outcome(self, fakeaws):
        """It has started, and that is all there is to say."""
        queue = fakeaws.create_queue("orders")
        function = fakeaws.create_function("slow", lambda *_: time.sleep(2))
        queue.trigger(function)
        queue.send("order")
        fakeaws.clock.advance(1)

        (run,) = function.invocations
        assert (run.duration, run.result, run.error, run.succeeded) == (None, None, None, False)
