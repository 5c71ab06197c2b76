"""Notices on three channels, of which one may be slow, and one may be down."""

import time
from itertools import count

import pytest
from notices import channels, outgoing

ADA = {"name": "ada", "channels": ["email", "sms"]}
BOB = {"name": "bob", "channels": ["push"]}


@pytest.fixture
def queues(fakeaws, monkeypatch):
    """The topic, and for each channel a filtered queue with its worker."""
    topic = fakeaws.create_topic("notices")
    queues = {}
    for channel in channels.CHANNELS:
        queue = queues[channel] = fakeaws.create_queue(
            channel, dead_letter_queue=True, visibility_timeout=60
        )
        topic.subscribe(queue, raw=True, filter_policy={"channel": [channel]})
        worker = fakeaws.create_function(f"{channel}-worker", channels.worker(channel), timeout=30)
        queue.trigger(worker, batch_size=1, maximum_concurrency=2)
        fakeaws.queue(f"{channel}-dlq").trigger(
            fakeaws.create_function(f"{channel}-undelivered", channels.undelivered(channel))
        )
    monkeypatch.setenv("NOTICES_TOPIC_ARN", topic.arn)
    monkeypatch.setattr(outgoing, "states", {})
    monkeypatch.setattr(outgoing, "numbers", count(1))
    return queues


@pytest.fixture
def sent(monkeypatch):
    """What left the house: channel, recipient and text."""
    sent = []
    for channel in channels.CHANNELS:

        def gateway(to, text, channel=channel):
            sent.append((channel, to, text))

        monkeypatch.setattr(channels.gateways, channel, gateway)
    return sent


def test_a_notice_goes_to_the_channels_of_its_customer(fakeaws, queues, sent):
    """The filter policies choose the queues."""
    outgoing.notify(ADA, "your parcel is on its way")
    outgoing.notify(BOB, "your parcel has arrived")
    fakeaws.clock.run_until_idle()

    assert sorted(sent) == [
        ("email", "ada", "your parcel is on its way"),
        ("push", "bob", "your parcel has arrived"),
        ("sms", "ada", "your parcel is on its way"),
    ]
    assert outgoing.states == {1: {"email": "sent", "sms": "sent"}, 2: {"push": "sent"}}


def test_a_slow_channel_does_not_delay_the_others(fakeaws, queues, sent, monkeypatch):
    """A hundred text messages at ten seconds each; the mails have left within a second."""
    monkeypatch.setattr(channels.gateways, "sms", lambda to, text: time.sleep(10))
    for _ in range(100):
        outgoing.notify(ADA, "hello")
    fakeaws.clock.advance(1)

    mails = [state["email"] for state in outgoing.states.values()]
    texts = [state["sms"] for state in outgoing.states.values()]
    assert mails == ["sent"] * 100
    assert texts.count("sending") == 2
    assert texts.count("queued") == 98
    fakeaws.clock.run_until_idle()
    assert {state["sms"] for state in outgoing.states.values()} == {"sent"}


def test_a_channel_that_is_down_for_a_minute_catches_up(fakeaws, queues, sent, monkeypatch):
    """The notice is sent at the second attempt."""
    up_at = time.time() + 30
    send = channels.gateways.sms

    def sms(to, text):
        if time.time() < up_at:
            raise ConnectionError("no carrier")
        send(to, text)

    monkeypatch.setattr(channels.gateways, "sms", sms)
    number = outgoing.notify(ADA, "hello")
    fakeaws.clock.run_until_idle()

    assert outgoing.states[number] == {"email": "sent", "sms": "sent"}
    assert len(fakeaws.function("sms-worker").invocations) == 2


def test_a_channel_that_stays_down_leaves_a_failed_notice(fakeaws, queues, sent, monkeypatch):
    """Its dead letters are told to the state, and to nobody else's."""

    def sms(to, text):
        raise ConnectionError("no carrier")

    monkeypatch.setattr(channels.gateways, "sms", sms)
    number = outgoing.notify(ADA, "hello")
    fakeaws.clock.run_until_idle()

    assert outgoing.states[number] == {"email": "sent", "sms": "failed"}
