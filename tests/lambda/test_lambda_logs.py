"""What a handler prints and logs: copied to its invocation, not taken from the test."""

import logging
import sys
import time

import pytest

log = logging.getLogger("shop")


@pytest.fixture
def run(fakeaws):
    """Invokes a handler once."""
    return lambda handler: fakeaws.create_function("talk", handler).invoke()


def test_printed_lines_are_kept_with_the_invocation(run):
    """Standard output and standard error go to one log, as in AWS."""

    def handler(event, context):
        print("to output")
        print("to error", file=sys.stderr)

    assert run(handler).logs == "to output\nto error\n"


def test_printed_lines_are_still_captured(run, capsys):
    """Whoever captures the output of the test has that of its handlers too."""

    def handler(event, context):
        print("to output")
        print("to error", file=sys.stderr)

    run(handler)

    assert capsys.readouterr() == ("to output\n", "to error\n")


def test_log_records_are_kept_as_the_runtime_writes_them(run):
    """Level, virtual time, request id and message, separated by tabs."""
    result = run(lambda *_: log.warning("%d lamps left", 3))

    assert result.logs == (
        f"[WARNING]\t2030-01-01T00:00:00.000Z\t{result.request_id}\t3 lamps left\n"
    )


def test_a_logged_exception_brings_its_traceback(run):
    """As everywhere where logging formats a record."""

    def handler(event, context):
        try:
            int("lamps")
        except ValueError:
            log.exception("cannot sell")

    lines = run(handler).logs.splitlines()
    assert lines[0].endswith("\tcannot sell")
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: invalid literal for int() with base 10: 'lamps'"


def test_log_records_are_still_captured(run, caplog):
    """`caplog` sees the records of handlers."""
    run(lambda *_: log.warning("%d lamps left", 3))

    assert caplog.messages == ["3 lamps left"]


def test_records_below_the_level_are_not_kept(run):
    """The level is that of the logger, as everywhere."""
    assert run(lambda *_: log.debug("hardly worth a word")).logs == ""


@pytest.fixture
def logging_to_output():
    """Adds handlers that write to a stream, until the test ends."""
    added = []

    def add(stream):
        added.append(logging.StreamHandler(stream))
        log.addHandler(added[-1])

    yield add
    for handler in added:
        log.removeHandler(handler)


def test_a_record_that_is_also_written_to_output_is_kept_once(run, logging_to_output):
    """A `StreamHandler` of the handler's own does not double its log."""

    def handler(event, context):
        logging_to_output(sys.stdout)
        log.warning("only once")

    assert run(handler).logs.count("only once") == 1


def test_a_stream_kept_from_a_handler_may_outlive_it(run, logging_to_output, capsys):
    """Logging set up by the first invocation goes on to work in the test."""
    run(lambda *_: logging_to_output(sys.stdout))

    log.warning("afterwards")

    assert capsys.readouterr().out == "afterwards\n"


def test_what_the_context_logs_is_kept(run):
    """`context.log` writes to the log without a line break of its own."""
    assert run(lambda _, context: context.log("by the context\n")).logs == "by the context\n"


def test_each_invocation_has_its_own_log(fakeaws):
    """Handlers that overlap do not write into each other's."""

    def handler(event, context):
        body = event["Records"][0]["body"]
        print(f"{body} starts")
        time.sleep(1)
        print(f"{body} ends")

    queue = fakeaws.create_queue("orders")
    function = fakeaws.create_function("talk", handler)
    queue.trigger(function, batch_size=1)
    queue.send("a")
    queue.send("b")
    fakeaws.clock.run_until_idle()

    assert [run.logs for run in function.invocations] == [
        "a starts\na ends\n",
        "b starts\nb ends\n",
    ]


def test_what_the_test_prints_meanwhile_is_not_the_handlers(fakeaws, capsys):
    """A handler that waits takes its log with it."""

    def handler(event, context):
        print("handler")
        time.sleep(2)

    queue = fakeaws.create_queue("orders")
    function = fakeaws.create_function("talk", handler)
    queue.trigger(function)
    queue.send("order")
    fakeaws.clock.advance(1)
    print("test")
    fakeaws.clock.advance(1)

    assert function.invocations[0].logs == "handler\n"
    assert capsys.readouterr().out == "handler\ntest\n"


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(lambda: 1 / 0, id="error"),
        pytest.param(lambda: time.sleep(600), id="timeout"),
        pytest.param(sys.exit, id="exit"),
    ],
)
def test_a_failed_invocation_keeps_its_log(run, ending):
    """It is then that one wants to read it."""

    def handler(event, context):
        print("so far so good")
        ending()

    assert run(handler).logs == "so far so good\n"


def test_streams_and_record_factory_are_as_before(run):
    """After an invocation nothing of it is left in the host."""
    before = sys.stdout, sys.stderr, logging.getLogRecordFactory()
    run(lambda *_: log.warning("here"))

    assert (sys.stdout, sys.stderr, logging.getLogRecordFactory()) == before
