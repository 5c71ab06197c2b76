"""How the journal and the timeline tell of topics."""

from pytest_fakeaws.journal.entries import MessageSent, NotificationPublished


def test_a_message_that_was_sent_follows_from_what_was_published(fakeaws, topic, orders):
    """The cause of the send is the publish."""
    topic.subscribe(orders)
    topic.publish("one")
    entries = {type(entry.fact): entry for entry in fakeaws.journal}
    assert entries[MessageSent].cause == entries[NotificationPublished].number


def test_a_timeline_tells_where_a_message_came_from(fakeaws, topic, orders):
    """Each notification has a number, which its messages name."""
    topic.subscribe(orders)
    topic.publish("one")
    assert fakeaws.timeline().splitlines()[2:] == [
        "00:00:00  orders-topic     notification 1 published: one",
        "00:00:00  orders           #1 sent from notification 1: one",
    ]
