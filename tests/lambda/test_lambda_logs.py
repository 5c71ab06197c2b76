"""What a handler prints and logs: copied to its invocation, not taken from the test."""

import contextlib
import io
import json
import logging
import sys
import time
import weakref

import pytest
from aws_lambda_powertools import Logger

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


# Logging that the code has set up itself


@pytest.fixture
def logging_to_output():
    """Adds handlers that write to a stream, until the test ends."""
    added = []

    def add(stream, form="%(message)s"):
        added.append(logging.StreamHandler(stream))
        added[-1].setFormatter(logging.Formatter(form))
        log.addHandler(added[-1])

    yield add
    for handler in added:
        log.removeHandler(handler)


def test_a_record_is_kept_as_a_handler_of_the_codes_own_writes_it(run, logging_to_output):
    """Once, and not in the runtime's form as well."""

    def handler(event, context):
        logging_to_output(sys.stdout, "%(levelname)s of ours: %(message)s")
        log.warning("only once")

    assert run(handler).logs == "WARNING of ours: only once\n"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_logging_may_be_set_up_before_there_is_an_invocation(run, logging_to_output, stream):
    """As a module of tests does that makes its logger when it is imported."""
    logging_to_output(getattr(sys, stream), "ours: %(message)s")

    assert run(lambda *_: log.warning("here")).logs == "ours: here\n"


def test_what_goes_to_a_stream_of_the_codes_own_is_not_in_the_log(run, logging_to_output):
    """The runtime's handler sees the record all the same."""
    own = io.StringIO()
    logging_to_output(own)

    assert run(lambda *_: log.warning("here")).logs.endswith("\there\n")
    assert own.getvalue() == "here\n"


def test_a_logger_that_passes_nothing_on_is_not_written_by_the_runtime(
    run, logging_to_output, monkeypatch
):
    """Its own handlers have it to themselves."""
    monkeypatch.setattr(log, "propagate", False)
    logging_to_output(io.StringIO())

    assert run(lambda *_: log.warning("here")).logs == ""


def test_a_logger_of_powertools_writes_json(run):
    """One line for each record, as in CloudWatch."""
    logger = Logger(service="warehouse")

    (line,) = run(lambda *_: logger.info("sold", lamps=3)).logs.splitlines()

    assert (json.loads(line)["message"], json.loads(line)["lamps"]) == ("sold", 3)


def test_the_runtimes_handler_may_be_given_a_formatter(run):
    """It is the first of the root logger, and its records know their request."""

    def handler(event, context):
        form = logging.Formatter("%(levelname)s %(aws_request_id)s %(message)s")
        logging.getLogger().handlers[0].setFormatter(form)
        log.warning("two\nlines")

    result = run(handler)

    assert result.logs == f"WARNING {result.request_id} two\nlines\n"


def test_a_formatter_lasts_as_long_as_its_environment(fakeaws):
    """A warm start finds what the cold one has left."""

    def handler(event, context):
        if event["cold"]:
            form = logging.Formatter("ours: %(message)s")
            logging.getLogger().handlers[0].setFormatter(form)
        log.warning("here")

    function = fakeaws.create_function("talk", handler)

    assert [function.invoke({"cold": cold}).logs for cold in (True, False)] == ["ours: here\n"] * 2
    assert (
        fakeaws.create_function("other", handler).invoke({"cold": False}).logs.endswith("\there\n")
    )


def test_the_runtimes_handler_can_be_taken_away(fakeaws):
    """A configuration of the root logger does that, for every invocation that follows."""

    def handler(event, context):
        if event["cold"]:
            del logging.getLogger().handlers[0]
        log.warning("here")

    function = fakeaws.create_function("talk", handler)

    assert [function.invoke({"cold": cold}).logs for cold in (True, False)] == ["", ""]


def test_bytes_of_the_output_are_kept_too(run):
    """As loggers write them that make bytes of a record at once."""

    def handler(event, context):
        sys.stdout.buffer.write("Grüße\n".encode())
        print("and more")

    assert run(handler).logs == "Grüße\nand more\n"


def test_a_stream_kept_from_a_handler_writes_to_the_log_of_whoever_runs(fakeaws):
    """A library that is set up by the first invocation goes on to write in those that follow."""
    kept = []

    def handler(event, context):
        kept.append(sys.stdout)
        print(event, file=kept[0])

    function = fakeaws.create_function("talk", handler)

    assert [function.invoke(event).logs for event in ("one", "two")] == ["one\n", "two\n"]
    print("in the test", file=kept[0])
    assert [run.logs for run in function.invocations] == ["one\n", "two\n"]


def test_output_that_a_handler_redirects_stays_so_while_it_waits(run):
    """`redirect_stdout` holds until its block ends."""
    caught = io.StringIO()

    def handler(event, context):
        with contextlib.redirect_stdout(caught):
            time.sleep(1)
            print("inside")
        print("outside")

    assert run(handler).logs == "outside\n"
    assert caught.getvalue() == "inside\n"


def test_a_stream_kept_from_a_handler_may_outlive_it(run, logging_to_output, capsys):
    """Logging set up by the first invocation goes on to work in the test."""
    run(lambda *_: logging_to_output(sys.stdout))

    log.warning("afterwards")

    assert capsys.readouterr().out == "afterwards\n"


def test_the_stream_of_a_handler_outlives_it(run):
    """Another thread may be about to write to it: `print` does not hold what it writes to."""
    streams = []

    run(lambda *_: streams.append(weakref.ref(sys.stdout)))

    assert streams[0]() is not None


# Whose output it is


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

    def host():
        return sys.stdout, sys.stderr, logging.getLogRecordFactory(), [*logging.root.handlers]

    before = host()
    run(lambda *_: log.warning("here"))

    assert host() == before
