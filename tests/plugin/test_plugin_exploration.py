"""Exploration: a test that passes plainly is run under many schedules, and shows what is wrong with it."""

import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import UnknownOption

CONSUMERS = '''
import boto3
import pytest

sqs = boto3.client("sqs")

def deletes_first(url, done):
    """Deletes a message, then works."""
    while True:
        polled = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
        for message in polled.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if message["Body"] not in done:
                done.append(message["Body"])


def counts_twice(url, done):
    """Works, then deletes, and does not know what it has done before."""
    while True:
        polled = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
        for message in polled.get("Messages", []):
            done.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def right(url, done):
    """Works, then deletes, and does nothing twice."""
    while True:
        polled = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
        for message in polled.get("Messages", []):
            if message["Body"] not in done:
                done.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def consumes(fakeaws, consumer):
    orders, done = fakeaws.create_queue("orders", dead_letter_queue=True), []
    fakeaws.spawn(consumer, orders.url, done)
    for body in "abc":
        orders.send(body)
    fakeaws.clock.run_until_idle()
    assert sorted(done) == ["a", "b", "c"]
    assert orders.messages == orders.in_flight == orders.dead_letters == []
'''

FUNCTIONS = '''
import boto3
import pytest

sqs = boto3.client("sqs")

def marks_first(done):
    """Notes that an order is done, then publishes it."""

    def handler(event, context):
        for record in event["Records"]:
            if record["body"] not in done:
                done.add(record["body"])
                sqs.send_message(QueueUrl="out", MessageBody=record["body"])

    return handler


def right(done):
    """Publishes it, then notes it: those who listen must know what they have heard."""

    def handler(event, context):
        for record in event["Records"]:
            if record["body"] not in done:
                sqs.send_message(QueueUrl="out", MessageBody=record["body"])
                done.add(record["body"])

    return handler


def ships(fakeaws, code):
    out = fakeaws.create_queue("out")
    orders = fakeaws.create_queue("orders", dead_letter_queue=True)
    orders.trigger(fakeaws.create_function("ship", code(set())), batch_size=2)
    for body in "abcd":
        orders.send(body)
    fakeaws.clock.run_until_idle()
    assert set(out.messages.bodies) == {"a", "b", "c", "d"}
'''


def module_of(module, test, explore):
    """One of these modules with a test that explores."""
    return (
        f"{module}\n\n@pytest.mark.fakeaws(explore={explore})\ndef test_it(fakeaws):\n    {test}\n"
    )


def explored(pytester, module, test, *options, explore=40):
    """The result of exploring a test of these modules."""
    pytester.makepyfile(test_it=module_of(module, test, explore))
    return pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider", *options)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "test", "first"),
    [
        (CONSUMERS, "consumes(fakeaws, deletes_first)", 7),
        (CONSUMERS, "consumes(fakeaws, counts_twice)", 2),
        (FUNCTIONS, "ships(fakeaws, marks_first)", 1),
    ],
)
def test_exploration_finds_what_a_plain_run_does_not(pytester, module, test, first):
    """The lowest number that fails says what it takes, and how to have it again."""
    result = explored(pytester, module, test, "-x")

    result.assert_outcomes(passed=first, failed=1)
    result.stdout.fnmatch_lines(
        [
            f"To run it again: pytest 'test_it.py::test_it' --fakeaws-schedule={first}",
            f"virtual time since *, seed 0, schedule {first}: *",
            "*injected: *",
            f"FAILED test_it.py::test_it[[]schedule-{first}] *",
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "test"),
    [(CONSUMERS, "consumes(fakeaws, right)"), (FUNCTIONS, "ships(fakeaws, right)")],
)
def test_a_right_consumer_survives_two_hundred_schedules(pytester, module, test):
    """Whatever happens to it that AWS allows."""
    result = explored(pytester, module, test, explore=200)

    result.assert_outcomes(passed=200)


def test_one_schedule_can_be_run_again(pytester):
    """By the option that its failure prints; also one that the marker does not ask for."""
    result = explored(
        pytester,
        CONSUMERS,
        "consumes(fakeaws, counts_twice)",
        "--fakeaws-schedule=6",
        explore=3,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_it[[]schedule-6] *"])


def test_a_run_can_ask_for_more_schedules_than_the_marker(pytester):
    """For the night."""
    result = explored(
        pytester, CONSUMERS, "consumes(fakeaws, right)", "--fakeaws-explore=7", explore=3
    )

    result.assert_outcomes(passed=7)


def test_the_plain_schedule_is_the_plain_test(pytester):
    """Nothing is injected, and the seed is the run's."""
    result = explored(
        pytester,
        CONSUMERS,
        "assert (fakeaws.schedule, fakeaws.timeline()[:4]) == ('', 'virt'); consumes(fakeaws, deletes_first)",
        explore=1,
    )

    result.assert_outcomes(passed=1)


def test_exploration_ends_at_a_bound_of_real_time(pytester):
    """What is left is skipped, and says why; the plain schedule is run all the same."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fakeaws(explore=5)
        def test_slow(fakeaws):
            with fakeaws.clock.real():
                import time
                time.sleep(0.02)
        """
    )
    result = pytester.runpytest_inprocess("-rs", "--fakeaws-explore-seconds=0.03")

    outcomes = result.parseoutcomes()
    assert outcomes["passed"] >= 1
    assert outcomes["passed"] + outcomes["skipped"] == 5
    result.stdout.fnmatch_lines(
        ["SKIPPED [[]*] *: not run: the exploration of test_slow has used up its 0.03 s (*)"]
    )


def test_exploration_goes_with_parameters(pytester):
    """Each parameter under each schedule."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fakeaws(explore=3, seed=5)
        @pytest.mark.parametrize("size", [1, 2])
        def test_it(fakeaws, size):
            assert "seed 5" in fakeaws.timeline()
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=6)


@pytest.mark.parametrize("explore", ["0", "'many'", "True"])
def test_a_number_of_schedules_is_a_number(pytester, explore):
    """Anything else is explained when tests are collected."""
    result = explored(pytester, CONSUMERS, "pass", explore=explore)

    result.stdout.fnmatch_lines(["*explore=* makes no sense.", "*Write, for example, explore=200*"])


def test_a_schedule_can_be_pinned(pytester):
    """A test of its own for what exploration has found."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fakeaws(schedule=2)
        def test_it(fakeaws):
            assert fakeaws.schedule == "schedule 2: a second delivery after the first deletion"
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.slow
def test_workers_of_xdist_share_the_schedules(run_apart):
    """They are ordinary items, and fail under the same numbers."""
    code = module_of(CONSUMERS, "consumes(fakeaws, counts_twice)", explore=8)
    result = run_apart(code, "-n", "2", plugins=("xdist",))

    name = "test_workers_of_xdist_share_the_schedules.py::test_it"
    failed = {line.split(" - ")[0] for line in result.outlines if line.startswith("FAILED")}
    assert failed == {f"FAILED {name}[schedule-{number}]" for number in (2, 5, 6)}


def test_a_fixture_may_have_parameters_of_the_tests_own(pytester):
    """They are no schedules."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("fakeaws", [3], indirect=True)
        def test_it(fakeaws):
            assert fakeaws.schedule == ""
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize("schedule", [-1, 1.5])
def test_there_is_no_schedule_below_the_plain_one(schedule):
    """A number counts from 0."""
    with pytest.raises(UnknownOption, match="schedule cannot be"):
        FakeAWS(schedule=schedule)
