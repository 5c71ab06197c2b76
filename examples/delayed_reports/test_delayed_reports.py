"""A report is asked for now and fetched when it is ready, minutes or days later."""

import time
from datetime import timedelta

import boto3
import pytest
from reports import provider, worker


class Provider:
    """A provider whose reports take a while, and that counts how often it is asked."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.requested = {}
        self.looks = []

    def request(self, name):
        self.requested[name] = time.time()
        return name

    def fetch(self, number):
        passed = time.time() - self.requested[number]
        self.looks.append(round(passed))
        return f"report on {number}" if passed >= self.seconds else None


@pytest.fixture
def queue(fakeaws, monkeypatch):
    """The queue, and the function that it feeds."""
    queue = fakeaws.create_queue("reports", dead_letter_queue=True)
    queue.trigger(fakeaws.create_function("reports", "reports.worker.handler", timeout=5))
    monkeypatch.setenv("REPORTS_QUEUE_URL", queue.url)
    monkeypatch.setattr(worker, "finished", {})
    return queue


def allow_loops():
    """What the team has set for this function, which sends itself messages on purpose."""
    boto3.client("lambda").put_function_recursion_config(
        FunctionName="reports", RecursiveLoop="Allow"
    )


@pytest.fixture
def provider_that_takes(monkeypatch):
    """Puts a provider in place whose reports take so many seconds."""

    def place(seconds):
        stand_in = Provider(seconds)
        monkeypatch.setattr(provider, "request", stand_in.request)
        monkeypatch.setattr(provider, "fetch", stand_in.fetch)
        return stand_in

    return place


def test_a_report_is_fetched_at_the_first_look_after_it_is_ready(
    fakeaws, queue, provider_that_takes
):
    """The looks come one, three, eight and eighteen minutes after the request."""
    slow = provider_that_takes(600)
    worker.ask("sales")
    fakeaws.clock.run_until_idle()

    assert worker.finished == {"sales": "report on sales"}
    assert slow.looks == [60, 180, 480, 1080]
    assert queue.messages.bodies == queue.delayed.bodies == []


def test_a_quick_report_costs_one_look(fakeaws, queue, provider_that_takes):
    """Nothing is asked for more often than it has to be."""
    quick = provider_that_takes(5)
    worker.ask("stock")
    fakeaws.clock.run_until_idle()

    assert quick.looks == [60]


def test_a_report_of_next_week_is_due_to_the_second(fakeaws, queue, provider_that_takes):
    """SQS delays by a quarter of an hour at the most, so the message is delayed again and again."""
    calendar = provider_that_takes(0)
    allow_loops()
    next_week = time.time() + timedelta(days=7).total_seconds()
    worker.ask("week", at=next_week)

    fakeaws.clock.advance(timedelta(days=7) - timedelta(seconds=1))
    assert calendar.requested == {}
    fakeaws.clock.advance(1)
    assert calendar.requested == {"week": next_week}
    assert len(fakeaws.function("reports").invocations) == 4 * 24 * 7


def test_lambda_takes_a_long_wait_for_a_runaway_loop(fakeaws, queue, provider_that_takes):
    """Why the team had to allow loops: after 16 rounds, four hours, Lambda invokes no more."""
    calendar = provider_that_takes(0)
    worker.ask("week", at=time.time() + timedelta(days=7).total_seconds())
    fakeaws.clock.run_until_idle()

    assert calendar.requested == {}
    assert len(fakeaws.function("reports").invocations) == 16
    assert len(queue.dead_letters) == 1


def test_a_provider_that_fails_is_asked_again(fakeaws, queue, provider_that_takes, monkeypatch):
    """The request is tried again after the queue's visibility timeout, three times in all."""
    provider_that_takes(0)

    def refuse(name):
        raise ConnectionError("the provider is down")

    monkeypatch.setattr(provider, "request", refuse)
    worker.ask("sales")
    fakeaws.clock.run_until_idle()

    assert len(fakeaws.function("reports").errors) == 3
    assert len(queue.dead_letters) == 1
