"""Handlers run inside the test: what they print is captured, and how they end can end the test."""

import logging
import sys

import pytest

from pytest_fakeaws import FakeAWS


def chatty(event, context):
    """Print and log something."""
    print("charging 15.80")
    print("no receipt", file=sys.stderr)
    logging.getLogger("shop").warning("the card expires soon")
    return "done"


def test_what_a_handler_prints_still_reaches_capsys(fakeaws, capsys):
    """Output is copied to the invocation, not taken from the test."""
    fakeaws.create_function("invoice", chatty).invoke()

    assert capsys.readouterr() == ("charging 15.80\n", "no receipt\n")


def test_what_a_handler_logs_still_reaches_caplog(fakeaws, caplog):
    """Log records go to the handlers of the test's own logging as ever."""
    fakeaws.create_function("invoice", chatty).invoke()

    assert caplog.messages == ["the card expires soon"]


def test_an_invocation_has_the_logs_of_its_handler(fakeaws):
    """What is printed and what is logged, in the order in which it came."""
    invocation = fakeaws.create_function("invoice", chatty).invoke()

    printed, complained, logged = invocation.logs.splitlines()
    assert (printed, complained) == ("charging 15.80", "no receipt")
    assert logged == (
        f"[WARNING]\t2030-01-01T00:00:00.000Z\t{invocation.request_id}\tthe card expires soon"
    )


def test_output_after_a_handler_is_the_tests_own(fakeaws, capsys):
    """The streams are those of the test again."""
    stream = sys.stdout
    invocation = fakeaws.create_function("invoice", chatty).invoke()
    print("after")

    assert sys.stdout is stream
    assert "after" not in invocation.logs


@pytest.mark.parametrize(
    ("raising", "outcome"),
    [
        ('pytest.fail("enough")', {"failed": 1}),
        ('pytest.skip("no printer")', {"skipped": 1}),
        ('pytest.xfail("not yet")', {"xfailed": 1}),
    ],
)
@pytest.mark.parametrize("way", ["invoke", "mapping"])
def test_an_outcome_of_pytest_in_a_handler_is_that_of_the_test(run, raising, outcome, way):
    """It is no error of the function: it leaves the handler and ends the test."""
    drive = "function.invoke()"
    if way == "mapping":
        drive = 'q = fakeaws.create_queue("q"); q.trigger(function); q.send("m"); '
        drive += "fakeaws.clock.advance(1)"
    result = run(
        f"""
        import pytest

        def handler(event, context):
            {raising}

        def test_it(fakeaws):
            function = fakeaws.create_function("f", handler)
            {drive}
            raise AssertionError("The test went on.")
        """
    )

    result.assert_outcomes(**outcome)


def test_an_interrupt_in_a_handler_interrupts_the_run(run):
    """Ctrl-C while a handler runs is for pytest, not for the function."""
    result = run(
        """
        def handler(event, context):
            raise KeyboardInterrupt

        def test_it(fakeaws):
            fakeaws.create_function("f", handler).invoke()
        """
    )

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*KeyboardInterrupt*"])
    assert FakeAWS.active is None


def test_a_failed_assertion_in_a_handler_is_the_functions_error(fakeaws):
    """An assertion is an exception like any other; the test decides what it means."""

    def handler(event, context):
        assert event == {"id": 7}

    invocation = fakeaws.create_function("f", handler).invoke({"id": 8})

    assert isinstance(invocation.error, AssertionError)
    assert invocation.error.__traceback__ is not None
