"""Retry rules of a task engine: fixed and exponential back-off, silence, and calling again."""

import time

import pytest
from engine.rules import RetryRule
from engine.scheduler import Scheduler
from engine.worker import Later, work


class Work:
    """Stands in for the tasks: each attempt does the next thing of a script, and is timed."""

    def __init__(self, *script):
        self.script = list(script)
        self.begun = time.time()
        self.attempts = []

    def __call__(self, name, given):
        self.attempts.append(round(time.time() - self.begun))
        what = self.script.pop(0)
        if isinstance(what, Exception):
            raise what
        return what


@pytest.fixture
def engine(fakeaws):
    """Starts a scheduler and a worker; returns the scheduler and the worker's process."""
    tasks, status = fakeaws.create_queue("tasks"), fakeaws.create_queue("status")

    def start(do):
        scheduler = Scheduler(tasks.url, status.url)
        fakeaws.spawn(scheduler.run)
        return scheduler, fakeaws.spawn(work, tasks.url, status.url, do)

    return start


DOWN = ConnectionError("the bank does not answer")


def test_fixed_back_off_waits_the_same_time(fakeaws, engine):
    """A minute before each retry, until one succeeds."""
    do = Work(DOWN, DOWN, "paid")
    scheduler, _ = engine(do)
    task = scheduler.submit("pay", {"amount": 5}, RetryRule(delay=60))
    fakeaws.clock.advance("10 min")

    assert (task.status, task.output) == ("COMPLETED", "paid")
    assert do.attempts == [0, 60, 120]


def test_exponential_back_off_waits_twice_as_long(fakeaws, engine):
    """And a task whose retries are used up has failed, with all reasons."""
    do = Work(DOWN, DOWN, DOWN, DOWN)
    scheduler, _ = engine(do)
    rule = RetryRule(retries=3, delay=30, backoff="exponential")
    task = scheduler.submit("pay", {}, rule)
    fakeaws.clock.advance("10 min")

    assert task.status == "FAILED"
    assert do.attempts == [0, 30, 90, 210]
    assert task.history == ["the bank does not answer"] * 4


def test_a_worker_that_dies_is_noticed_by_its_silence(fakeaws, engine):
    """The response time-out ends the attempt; another worker takes the next."""
    scheduler, worker = engine(lambda name, given: time.sleep(3600))
    task = scheduler.submit("pay", {}, RetryRule(delay=10, response_timeout=120))
    fakeaws.clock.advance("1 min")
    worker.kill()
    fakeaws.spawn(work, fakeaws.queue("tasks").url, fakeaws.queue("status").url, Work("paid"))
    fakeaws.clock.advance("5 min")

    assert task.status == "COMPLETED"
    assert task.history == ["no response"]


def test_a_late_answer_of_an_attempt_that_was_given_up_counts_for_nothing(fakeaws, engine):
    """The slow worker answers after its time-out, when the task has long been tried again."""
    answers = iter(["too late", "in time"])

    def do(name, given):
        answer = next(answers)
        time.sleep(300 if answer == "too late" else 1)
        return answer

    scheduler, _ = engine(do)
    fakeaws.spawn(work, fakeaws.queue("tasks").url, fakeaws.queue("status").url, do)
    task = scheduler.submit("pay", {}, RetryRule(delay=10, response_timeout=60))
    fakeaws.clock.advance("10 min")

    assert task.output == "in time"


def test_a_task_that_is_not_ready_is_called_again_without_using_up_a_retry(fakeaws, engine):
    """It says itself when: after half a minute, then after five."""
    do = Work(Later(30), Later(300), "signed")
    scheduler, _ = engine(do)
    task = scheduler.submit("contract", {}, RetryRule(retries=0))
    fakeaws.clock.advance("10 min")

    assert (task.status, task.attempt) == ("COMPLETED", 1)
    assert do.attempts == [0, 30, 330]
