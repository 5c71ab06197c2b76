"""A flood of readings, some of them bad: nothing is lost."""

import pytest
from telemetry import gateway, store

GROUPS = ("cellar", "roof", "street")
DEVICES = 1_000  # of each group


@pytest.fixture
def topics(fakeaws, monkeypatch):
    """A topic and a queue for each group, and one function behind all queues."""
    monkeypatch.setattr(store, "latest", {})
    function = fakeaws.create_function("store", store.handler, timeout=10)
    topics = {}
    for group in GROUPS:
        topic = fakeaws.create_topic(group)
        queue = fakeaws.create_queue(group, dead_letter_queue=True, visibility_timeout=60)
        topic.subscribe(queue, raw=True)
        queue.trigger(function, batch_size=100, window=5, report_batch_item_failures=True)
        topics[group] = topic.arn
    return topics


def flood(**more):
    """One reading of each device."""
    return [
        gateway.reading(group, f"{group}-{number}", celsius=number % 40, **more)
        for group in GROUPS
        for number in range(DEVICES)
    ]


def test_a_reading_of_each_device_is_kept(fakeaws, topics):
    """Three thousand readings in thirty invocations, once a batch is full or its window ends."""
    assert gateway.publish(topics, flood()) == []
    fakeaws.clock.advance(5)

    assert len(store.latest) == len(GROUPS) * DEVICES
    assert all(len(readings) == 1 for readings in store.latest.values())
    assert len(fakeaws.function("store").invocations) == 30


def test_bad_readings_are_set_aside_and_hold_up_nobody(fakeaws, topics):
    """What cannot be understood is tried three times; the other readings are kept at once, and once."""
    bad = [
        {"group": "roof", "payload": "not json"},
        gateway.reading("roof", "roof-7"),
        gateway.reading("roof", "roof-8", celsius=None),
    ]
    gateway.publish(topics, flood() + bad)
    fakeaws.clock.run_until_idle()

    assert all(len(readings) == 1 for readings in store.latest.values())
    assert len(store.latest) == len(GROUPS) * DEVICES
    assert sorted(fakeaws.queue("roof").dead_letters.bodies) == sorted(
        reading["payload"] for reading in bad
    )
    assert fakeaws.queue("cellar").dead_letters.bodies == []


def test_a_reading_that_sns_does_not_take_is_given_back(fakeaws, topics):
    """One entry of a batch is empty; the gateway says which, so that its device can be told."""
    empty = {"group": "roof", "payload": ""}
    good = gateway.reading("roof", "roof-1", celsius=5)

    assert gateway.publish(topics, [good, empty]) == [empty]
    fakeaws.clock.advance(5)
    assert store.latest == {"roof-1": [5.0]}


def test_a_day_of_readings_is_kept_in_order_of_arrival(fakeaws, topics):
    """Every hour another one, of fewer devices so that the test stays quick."""
    for hour in range(24):
        gateway.publish(topics, [gateway.reading("street", "street-1", celsius=hour)])
        fakeaws.clock.advance("1h")

    assert store.latest == {"street-1": [float(hour) for hour in range(24)]}
