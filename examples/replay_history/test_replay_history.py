"""A view was computed wrongly for weeks: it is computed anew from the topic's archive."""

from datetime import timedelta

import pytest
from accounts import events, rebuild
from accounts.balances import FIRST_VERSION, SECOND_VERSION, Balances

HISTORY = [
    ("ada", "deposit", 1000),
    ("bob", "deposit", 500),
    ("ada", "fee", 15),
    ("ada", "withdrawal", 200),
    ("bob", "fee", 15),
]


@pytest.fixture
def topic(fakeaws):
    """The topic, which archives what is published for 90 days."""
    return fakeaws.create_topic(
        "accounts.fifo", attributes={"ArchivePolicy": '{"MessageRetentionPeriod": "90"}'}
    )


@pytest.fixture
def view_behind(fakeaws):
    """Makes a queue with a view behind it."""

    def view_behind(name, view):
        queue = fakeaws.create_queue(f"{name}.fifo")
        queue.trigger(fakeaws.create_function(name, view.handler))
        return queue

    return view_behind


@pytest.fixture
def history(fakeaws, topic, view_behind):
    """Five weeks of events, one a week, of which the first version makes a view."""
    first = Balances(FIRST_VERSION)
    topic.subscribe(view_behind("balances", first), raw=True)
    for number, (account, kind, cents) in enumerate(HISTORY):
        events.publish(topic.arn, account, number, kind, cents)
        fakeaws.clock.advance("7 days")
    return first


def test_the_first_version_forgot_the_fees(history):
    """What everybody saw for weeks."""
    assert history.cents == {"ada": 800, "bob": 500}


def test_a_replay_computes_the_view_anew(fakeaws, topic, history, view_behind):
    """The second version hears everything from the beginning, in order, and then what is new."""
    second = Balances(SECOND_VERSION)
    queue = view_behind("balances-2", second)
    began = fakeaws.clock.now() - timedelta(days=60)

    replay = rebuild.replay(topic.arn, queue.arn, since=began)
    fakeaws.clock.advance("1 min")
    assert rebuild.status(replay) == "Completed"
    assert second.cents == {"ada": 785, "bob": 485}

    events.publish(topic.arn, "bob", 99, "deposit", 100)
    fakeaws.clock.advance(1)
    assert second.cents["bob"] == 585


def test_a_replay_may_begin_in_the_middle(fakeaws, topic, history, view_behind):
    """The last three weeks only."""
    second = Balances(SECOND_VERSION)
    since = fakeaws.clock.now() - timedelta(days=21)
    rebuild.replay(topic.arn, view_behind("recent", second).arn, since)
    fakeaws.clock.advance("1 min")

    assert second.cents == {"ada": -215, "bob": -15}


def test_a_filter_picks_what_is_replayed(fakeaws, topic, history, view_behind):
    """A new view of fees needs no other events."""
    fees = Balances(SECOND_VERSION)
    began = fakeaws.clock.now() - timedelta(days=60)
    rebuild.replay(topic.arn, view_behind("fees", fees).arn, began, {"kind": ["fee"]})
    fakeaws.clock.advance("1 min")

    assert fees.cents == {"ada": -15, "bob": -15}


def test_what_is_older_than_the_archive_is_gone(fakeaws, topic, history, view_behind):
    """After 90 days the first events have left it, and a replay computes another balance."""
    fakeaws.clock.advance("60 days")
    late = Balances(SECOND_VERSION)
    began = fakeaws.clock.now() - timedelta(days=89)
    rebuild.replay(topic.arn, view_behind("late", late).arn, began)
    fakeaws.clock.advance("1 min")

    assert late.cents != {"ada": 785, "bob": 485}
    assert late.cents == {"ada": -215, "bob": 485}
