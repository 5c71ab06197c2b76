"""How long a fake lives: fixtures of wider scopes, `reset`, decorators, `start` and `stop`."""

import asyncio
import unittest
from datetime import date

import boto3
import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import FakeAWSError, UnknownResource, WrongState


def queue_names():
    """The names of the queues that a client made just now sees."""
    urls = boto3.client("sqs").list_queues().get("QueueUrls", [])
    return [url.rpartition("/")[2] for url in urls]


@pytest.fixture(scope="class")
def shared():
    """One fake for all tests of a class."""
    with FakeAWS(seed=7) as aws:
        yield aws


@pytest.fixture
def aws(shared):
    """The shared fake, as new."""
    shared.reset()
    return shared


class TestWiderScope:
    """A wider scope is a fixture of the user's own, emptied by `reset` between tests."""

    @pytest.mark.parametrize("turn", [1, 2])
    def test_queues_are_gone(self, aws, turn):
        """Each test finds an empty AWS."""
        before = queue_names()
        aws.create_queue("orders")

        assert before == []

    @pytest.mark.parametrize("turn", [1, 2])
    def test_the_clock_starts_afresh(self, aws, turn):
        """Each test begins at the first instant."""
        before = aws.clock.now().isoformat()
        aws.clock.advance("1 day")

        assert before == "2030-01-01T00:00:00+00:00"

    def test_the_hosts_clock_starts_afresh(self, shared):
        """What the process believes goes back with the fake's own clock."""
        shared.clock.advance("1 day")
        shared.reset()

        assert date.today() == date(2030, 1, 1)

    def test_ids_start_afresh(self, shared):
        """The same program gives the same journal after a reset."""
        journals = []
        for _ in range(2):
            shared.reset()
            shared.create_queue("orders").send("first")
            journals.append([str(entry) for entry in shared.journal])

        assert journals[0] == journals[1] != []

    @pytest.mark.parametrize(
        ("make", "use"),
        [
            (lambda aws: aws.create_queue("orders"), lambda queue: queue.send("late")),
            (lambda aws: aws.create_queue("orders"), lambda queue: queue.messages),
            (lambda aws: aws.create_function("invoice", print), lambda function: function.invoke()),
        ],
    )
    def test_a_handle_from_before_says_why_it_leads_nowhere(self, aws, make, use):
        """What it stood for is gone, and the error says what may have happened."""
        handle = make(aws)
        aws.reset()

        with pytest.raises(UnknownResource, match="the fake was reset since this handle was made"):
            use(handle)

    def test_handlers_that_wait_are_ended(self, aws):
        """Their `finally` blocks have run when `reset` returns."""
        seen = []

        def handler(event, context):
            try:
                aws.clock.advance("1 min")
            finally:
                seen.append("closed")

        jobs = aws.create_queue("jobs")
        jobs.trigger(aws.create_function("work", handler, timeout=20))
        jobs.send("first")
        aws.clock.advance(10)
        aws.reset()

        assert seen == ["closed"]


class TestDecorator:
    """A fake decorates functions, coroutines and classes of unittest."""

    def test_a_function_runs_inside_the_fake(self):
        """Arguments, result and name are the function's own."""
        aws = FakeAWS()

        @aws
        def create(name, *, suffix):
            aws.create_queue(name + suffix)
            return queue_names()

        assert create("orders", suffix="-eu") == ["orders-eu"]
        assert create.__name__ == "create"

    def test_each_call_finds_an_empty_fake(self):
        """The fake starts with the call and stops with it."""

        @FakeAWS()
        def create():
            boto3.client("sqs").create_queue(QueueName="orders")
            return queue_names()

        assert [create(), create()] == [["orders"], ["orders"]]

    def test_a_coroutine_runs_inside_the_fake(self):
        """The fake is active until the coroutine has returned."""

        @FakeAWS()
        async def create():
            await asyncio.sleep(0)
            boto3.client("sqs").create_queue(QueueName="orders")
            return queue_names()

        assert asyncio.run(create()) == ["orders"]

    def test_each_test_of_a_test_case_has_the_fake(self):
        """It is there in setUp already, and until the last clean-up."""
        seen = []

        @FakeAWS()
        class OrdersTest(unittest.TestCase):
            def setUp(self):
                boto3.client("sqs").create_queue(QueueName="orders")
                self.addCleanup(lambda: seen.append(queue_names()))

            def test_first(self):
                seen.append(queue_names())

            test_second = test_first

        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(OrdersTest).run(result)

        assert (result.testsRun, result.wasSuccessful()) == (2, True)
        assert seen == [["orders"]] * 4
        assert FakeAWS.active is None

    def test_a_plain_class_is_refused(self):
        """Classes of pytest's own have fixtures."""
        with pytest.raises(WrongState, match="cannot decorate the class TestOrders"):

            @FakeAWS()
            class TestOrders:
                pass


def test_a_fake_can_be_entered_as_a_context_of_unittest():
    """`enterContext` and its like start it and stop it at the end of the test."""

    class OrdersTest(unittest.TestCase):
        def setUp(self):
            aws = FakeAWS()
            self.aws = aws.__enter__()
            self.addCleanup(aws.__exit__, None, None, None)

        def test_it(self):
            self.aws.create_queue("orders")
            self.assertEqual(queue_names(), ["orders"])  # noqa: PT009

    result = OrdersTest("test_it").run()

    assert result.wasSuccessful()
    assert FakeAWS.active is None


def test_start_returns_the_fake_and_stop_ends_it():
    """The pair of methods for whoever has no with block."""
    aws = FakeAWS()
    started = aws.start()
    aws.create_queue("orders")
    aws.stop()

    assert started is aws
    assert FakeAWS.active is None


def test_a_fake_can_be_stopped_twice():
    """The second time nothing is left to do."""
    aws = FakeAWS().start()
    aws.stop()
    aws.stop()

    assert FakeAWS.active is None


def test_a_fake_can_be_started_again():
    """It begins afresh: the same first instant, no queues."""
    aws = FakeAWS()
    with aws:
        aws.create_queue("orders")
        aws.clock.advance("1 day")
    with aws:
        assert (queue_names(), aws.clock.now().day) == ([], 1)


def test_a_second_fake_is_refused_and_leaves_the_first_alone(fakeaws):
    """The first one goes on as if nothing had happened."""
    fakeaws.create_queue("orders")
    with pytest.raises(WrongState):
        FakeAWS(region="eu-west-1").start()

    assert queue_names() == ["orders"]
    assert FakeAWS.active is fakeaws


def test_stopping_a_fake_that_never_started_leaves_the_active_one_alone(fakeaws):
    """Only the one that is active is stopped."""
    FakeAWS().stop()

    assert FakeAWS.active is fakeaws


def test_the_journal_outlives_the_fake():
    """What happened can still be read, also in a fixture's teardown."""
    with FakeAWS() as aws:
        aws.create_queue("orders").send("first")

    assert "#1 sent: first" in aws.timeline()


@pytest.mark.parametrize(
    "use",
    [
        lambda aws: aws.create_queue("orders"),
        lambda aws: aws.queue("orders"),
        lambda aws: aws.function("invoice"),
        lambda aws: aws.create_function("invoice", print),
        lambda aws: aws.reset(),
        lambda aws: aws.clock.now(),
        lambda aws: aws.clock.advance(1),
    ],
)
@pytest.mark.parametrize("stopped", [False, True], ids=["never started", "stopped"])
def test_a_fake_that_is_not_active_refuses_to_be_used(use, stopped):
    """The error says whether it was ever started, and how to start it."""
    aws = FakeAWS()
    if stopped:
        with aws:
            pass

    with pytest.raises(FakeAWSError) as caught:
        use(aws)

    assert caught.value.what == "This fake is not active."
    assert ("has stopped" if stopped else "never started") in caught.value.evidence
    assert "ask for the fixture `fakeaws`" in caught.value.advice


def test_a_start_that_fails_leaves_nothing_behind(monkeypatch):
    """What had been put in place before the failure is taken away again."""
    before = boto3.DEFAULT_SESSION
    monkeypatch.setattr("time_machine.travel", lambda *_, **__: pytest.fail("no travel today"))
    with pytest.raises(pytest.fail.Exception):
        FakeAWS(host_time="time-machine").start()

    assert (FakeAWS.active, boto3.DEFAULT_SESSION) == (None, before)
