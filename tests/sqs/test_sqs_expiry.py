import json

import pytest

from pytest_fakeaws.services.sqs.message import State

DAY = 86_400


@pytest.mark.parametrize(("age", "left"), [("59.999999 s", ["a"]), ("60 s", [])])
def test_a_message_expires_at_its_queue_s_retention(create, advance, age, left):
    """At the age of MessageRetentionPeriod, and not before, a message vanishes."""
    orders = create(MessageRetentionPeriod=60)
    orders.send("a")
    advance(age)
    assert orders.bodies() == left


def test_messages_are_kept_for_four_days_by_default(orders, advance):
    """AWS's default retention is 345,600 seconds."""
    orders.send("a")
    advance("4 days")
    assert orders.bodies() == []


def test_retention_beats_visibility(create, advance):
    """A message in flight vanishes at its age all the same."""
    orders = create(MessageRetentionPeriod=60)
    orders.send("a")
    orders.receive(visibility="1 h")
    advance(60)
    assert orders.counts == (0, 0, 0)


def test_an_expired_message_can_be_deleted(create, advance):
    """The late delete of a message in flight is a silent success."""
    orders = create(MessageRetentionPeriod=60)
    orders.send("a")
    orders.receive()
    advance(60)
    orders.delete("a")
    assert orders.counts == (0, 0, 0)


def test_retention_beats_delay(create, advance):
    """A message whose delay is longer than the retention is never seen."""
    orders = create(MessageRetentionPeriod=60)
    orders.send("a", delay=90)
    advance(90)
    assert orders.receive() == []


def test_a_shorter_retention_expires_messages_that_are_there(orders, advance):
    """A new MessageRetentionPeriod holds for messages sent before."""
    orders.send("a")
    advance(60)
    orders.queue.change({"MessageRetentionPeriod": "60"})
    assert orders.bodies() == []


def test_a_dead_letter_keeps_the_time_it_was_sent(source, dead, advance):
    """A day in the source queue is a day less in the dead-letter queue."""
    source.send("a")
    advance("1 day")
    for _ in range(3):
        source.receive(visibility=0)
    advance(3 * DAY)
    assert dead.bodies() == []


def test_a_dead_letter_expires_at_once_where_it_is_too_old(create, advance):
    """A dead-letter queue that keeps messages shorter than the source may lose them on arrival."""
    dead = create("dead", MessageRetentionPeriod=60)
    policy = {"deadLetterTargetArn": dead.queue.arn, "maxReceiveCount": 1}
    source = create("source", RedrivePolicy=json.dumps(policy))
    source.send("a")
    source.receive()
    advance(60)
    source.receive()
    assert (source.bodies(), dead.bodies()) == ([], [])


def test_a_queue_s_delay_hides_new_messages(create, advance):
    """The attribute DelaySeconds holds for sends that say nothing."""
    orders = create(DelaySeconds=5)
    orders.send("a")
    advance("4.999999 s")
    assert orders.bodies(State.DELAYED) == ["a"]


def test_a_message_is_available_when_its_delay_ends(create, advance):
    """The boundary belongs to what happens at it."""
    orders = create(DelaySeconds=5)
    orders.send("a")
    advance(5)
    assert orders.receive() == ["a"]


@pytest.mark.parametrize(("delay", "counts"), [(0, (1, 0, 0)), (9, (0, 0, 1))])
def test_a_message_s_delay_beats_the_queue_s(create, advance, delay, counts):
    """Also a delay of 0 is a delay."""
    orders = create(DelaySeconds=5)
    orders.send("a", delay=delay)
    advance(delay and 5)
    assert orders.counts == counts


def test_a_delayed_message_comes_behind_those_that_wait(orders, advance):
    """It becomes available when its delay ends, not when it was sent."""
    orders.send("a", delay=5)
    orders.send("b")
    advance(5)
    assert orders.receive(10) == ["b", "a"]
