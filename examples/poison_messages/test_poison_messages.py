"""A message that fails is tried less and less often, then set aside, and redriven after the fix."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from prices import catalogue, redrive, worker

GOOD = {"article": "lamp", "price": "19.90"}
POISON = {"article": "chair", "price": "49,00"}  # a comma where a point belongs


@pytest.fixture
def updates(fakeaws, monkeypatch):
    """The queue of updates, with a worker at it."""
    monkeypatch.setattr(catalogue, "prices", {})
    queue = fakeaws.create_queue("updates", dead_letter_queue=True, max_receive_count=5)
    fakeaws.spawn(worker.work, queue.url)
    return queue


def received(message):
    """When a message was received, in seconds since the first time."""
    times = [
        entry.at for entry in message.history if type(entry.fact).__name__ == "MessageReceived"
    ]
    return [(at - times[0]) // 1_000_000 for at in times]


def test_a_good_update_passes_a_poison_one(fakeaws, updates):
    """A message that fails holds nobody up."""
    updates.send(json.dumps(POISON))
    updates.send(json.dumps(GOOD))
    fakeaws.clock.advance(1)

    assert catalogue.prices == {"lamp": Decimal("19.90")}


def test_each_attempt_waits_twice_as_long_as_the_one_before(fakeaws, updates):
    """Ten seconds, twenty, forty, eighty: then the message is dead-lettered, and stays."""
    updates.send(json.dumps(POISON))
    fakeaws.clock.run_until_idle()

    assert updates.dead_letters.bodies == [json.dumps(POISON)]
    assert received(updates.dead_letters[0]) == [0, 10, 30, 70, 150]


def test_a_supplier_that_is_down_for_a_minute_loses_nothing(fakeaws, updates, monkeypatch):
    """What fails for a while succeeds at the first attempt after it."""
    healthy_at = fakeaws.clock.now() + timedelta(seconds=60)
    apply = catalogue.apply

    def unavailable_for_a_while(update):
        if fakeaws.clock.now() < healthy_at:
            raise ConnectionError("the catalogue's database is restarting")
        apply(update)

    monkeypatch.setattr(catalogue, "apply", unavailable_for_a_while)
    updates.send(json.dumps(GOOD))
    fakeaws.clock.run_until(lambda: catalogue.prices, timeout="5 min")

    assert fakeaws.clock.now() == healthy_at + timedelta(seconds=10)
    assert updates.dead_letters.bodies == []


def test_dead_letters_are_redriven_after_the_fix(fakeaws, updates, monkeypatch):
    """The operator mends the parser, then moves the dead letters back; the worker does the rest."""
    updates.send(json.dumps(POISON))
    fakeaws.clock.run_until_idle()

    def apply(update):
        catalogue.prices[update["article"]] = Decimal(update["price"].replace(",", "."))

    monkeypatch.setattr(catalogue, "apply", apply)
    redrive.redrive(fakeaws.queue("updates-dlq").arn)
    fakeaws.clock.run_until_idle()

    assert catalogue.prices == {"chair": Decimal("49.00")}
    assert updates.dead_letters.bodies == []


@pytest.mark.parametrize(("attempt", "seconds"), [(2, 10), (3, 20), (8, 640), (9, 900), (30, 900)])
def test_the_wait_is_bounded(attempt, seconds):
    """It doubles up to a quarter of an hour."""
    assert worker.wait_before_attempt(attempt) == seconds
