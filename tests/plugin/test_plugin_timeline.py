"""The timeline: a failing test's report tells what happened to its messages."""

import pytest

CODE = """
    import time
    import boto3

    def handler(event, context):
        time.sleep(1.5)
        raise KeyError("total")

    def test_it(fakeaws):
        orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
        orders.trigger(fakeaws.create_function("invoice", handler))
        orders.send('{"id": 7}')
        fakeaws.clock.advance(30)
        boto3.client("sqs").delete_message(QueueUrl=orders.url, ReceiptHandle="AQEB")
    """
PASSING = "def test_it(fakeaws): pass"


def test_a_failing_test_shows_what_happened(run):
    """A section tells each message's story in virtual time, and why it died."""
    result = run(CODE)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- fakeaws timeline -*",
            "virtual time since 2030-01-01 00:00:00 UTC, seed 0",
            "",
            '00:00:00  orders           #1 sent: {"id": 7}',
            "00:00:00  orders           #1 received, time 1; hidden until 00:00:30",
            "00:00:00  invoice          attempt 1 started with #1",
            "00:00:01.500  invoice          failed with #1 after 1.5 s: KeyError: 'total'  (*:6, in handler)",
            '                             > raise KeyError("total")',
            "00:00:30  orders           #1 dead-lettered to orders-dlq: received once, 1 allowed",
            "00:00:30  sqs:DeleteMessage answered ReceiptHandleIsInvalid",
            "",
            "what became of lost messages:",
            '  #1 {"id": 7}',
            "    moved from orders to orders-dlq at 00:00:30: received once, 1 allowed; invoice *",
        ],
        consecutive=True,
    )


@pytest.mark.parametrize("source", ["command line", "ini file"])
@pytest.mark.parametrize(
    ("mode", "outcomes"), [("failed", "failed"), ("always", "passed, failed"), ("never", "")]
)
def test_when_the_timeline_is_shown_is_an_option(run, pytester, source, mode, outcomes):
    """After failures, always or never; the ini twin says the same."""
    if source == "ini file":
        pytester.makeini(f"[pytest]\nfakeaws_timeline = {mode}")
        options = ["-rA"]
    else:
        options = ["-rA", f"--fakeaws-timeline={mode}"]

    shown = [
        outcome
        for outcome, code in (("passed", PASSING), ("failed", "def test_it(fakeaws): assert False"))
        if "fakeaws timeline" in run(code, *options).stdout.str()
    ]

    assert ", ".join(shown) == outcomes


def test_a_test_that_passes_shows_nothing(run):
    """Unless asked to, not even in the summary of passed tests."""
    result = run(PASSING, "-rA")

    result.stdout.no_fnmatch_line("*fakeaws timeline*")


def test_a_test_without_a_fake_shows_nothing_when_it_fails(run):
    """There is no story to tell."""
    result = run("def test_it(): assert False")

    result.stdout.no_fnmatch_line("*fakeaws timeline*")


def test_a_fixture_that_fails_shows_the_timeline_too(run):
    """A set-up that needed AWS is part of the test."""
    result = run(
        """
        import pytest

        @pytest.fixture
        def orders(fakeaws):
            fakeaws.create_queue("orders").send("first")
            raise RuntimeError

        def test_it(orders): pass
        """
    )

    result.stdout.fnmatch_lines(["00:00:00  orders * #1 sent: first"])


WIDER = """
    import pytest
    from pytest_fakeaws import FakeAWS

    @pytest.fixture(scope="module")
    def aws():
        with FakeAWS(seed=5) as aws:
            yield aws

    def test_it(aws): assert False
    """


def test_a_fake_of_a_wider_scope_shows_its_timeline_too(run):
    """Whichever fake is active is the one that is asked."""
    result = run(WIDER)

    result.stdout.fnmatch_lines(
        ["virtual time since *, seed 5", "", "nothing happened"], consecutive=True
    )


def test_an_unknown_mode_is_refused(run):
    """The error lists the choices."""
    result = run("", "--fakeaws-timeline=sometimes")

    result.stderr.fnmatch_lines(["*--fakeaws-timeline: invalid choice*failed*always*never*"])


LATE = """
    import pytest

    @pytest.fixture
    def orders(fakeaws):
        yield fakeaws.create_queue("orders")
        raise RuntimeError

    @pytest.fixture
    def undoing():
        yield
        raise RuntimeError

    """


@pytest.mark.parametrize("fixtures", ["orders", "undoing, orders"])
def test_a_failure_after_the_test_shows_the_timeline_too(run, fixtures):
    """Even that of a fixture which is undone when the fake has ended."""
    result = run(f"{LATE}def test_it({fixtures}): orders.send('first')")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "00:00:00  orders * #1 sent: first",
            "",
            "left over:",
            "  orders: 1 message waiting where no function is mapped (first)",
        ],
        consecutive=True,
    )


def test_a_test_that_passes_holds_no_story_for_the_next(run):
    """A later failure without a fake shows none."""
    result = run("def test_one(fakeaws): pass\n\ndef test_two(): assert False")

    result.stdout.no_fnmatch_line("*fakeaws timeline*")


RED, FAINT, OFF = "\x1b[31m", "\x1b[2m", "\x1b[0m"


@pytest.mark.parametrize(("choice", "painted"), [("yes", True), ("no", False)])
def test_the_timeline_has_the_colours_of_the_terminal(run, choice, painted):
    """Pytest's own terminal writer decides: red for what went wrong, faint for details."""
    result = run(CODE, f"--color={choice}")

    dead = "00:00:30  orders           #1 dead-lettered to orders-dlq: received once, 1 allowed"
    detail = '                             > raise KeyError("total")'
    expected = [f"{RED}{dead}{OFF}", f"{FAINT}{detail}{OFF}"] if painted else [dead, detail]
    assert [line for line in expected if line not in result.outlines] == []


def test_the_timeline_stands_in_a_junit_file(run, pytester):
    """As a property of the test, without colours."""
    run(CODE, "--junit-xml=report.xml", "--color=yes")

    text = (pytester.path / "report.xml").read_text(encoding="utf-8")
    start = '<property name="fakeaws_timeline" value="virtual time since 2030-01-01 00:00:00 UTC'
    assert start in text
    assert "dead-lettered to orders-dlq" in text
    assert RED not in text


@pytest.mark.parametrize("option", ["--tb=short", "-q", "--tb=native"])
def test_the_timeline_is_there_however_short_the_report(run, option):
    """It is the story of the test, not of the traceback."""
    run(CODE, option).stdout.fnmatch_lines(["*- fakeaws timeline -*"])


LOGGING = """
    import logging

    def total(order):
        return order["total"]

    def handler(event, context):
        for number in range(5):
            logging.getLogger().warning("step %d", number)
        return total({})

    def test_it(fakeaws):
        orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=2)
        orders.trigger(fakeaws.create_function("invoice", handler))
        orders.send("first")
        fakeaws.clock.run_until_idle()
        assert False
    """


def test_what_a_handler_said_stands_beside_its_attempt(run):
    """The last lines of its logs each time, its traceback the first time."""
    result = run(LOGGING)

    result.stdout.fnmatch_lines(
        [
            "00:00:00  invoice          failed with #1: KeyError: 'total'  (*:4, in total)",
            "                             > *.py:9, in handler: return total({})",
            '                             > *.py:4, in total: return order[[]"total"]',
            "                             | ... 2 lines before",
            "                             | [[]WARNING] step 2",
            "                             | [[]WARNING] step 3",
            "                             | [[]WARNING] step 4",
            "00:00:30  orders           #1 received, time 2; hidden until 00:01:00",
            "00:00:30  invoice          attempt 2 started with #1",
            "00:00:30  invoice          failed with #1: KeyError: 'total'  (*:4, in total)",
            "                             | ... 2 lines before",
            "                             | [[]WARNING] step 2",
            "                             | [[]WARNING] step 3",
            "                             | [[]WARNING] step 4",
        ],
        consecutive=True,
    )
