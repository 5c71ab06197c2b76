"""What is told of topics: what is published to them, and whom it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fakeaws.journal.entries import (
    NotificationDelivered,
    NotificationDropped,
    NotificationFiltered,
    NotificationPublished,
    SubscriptionConfirmed,
    SubscriptionDeleted,
    TopicDeleted,
)
from pytest_fakeaws.journal.telling import Told, tells
from pytest_fakeaws.journal.wording import name, short

if TYPE_CHECKING:
    from pytest_fakeaws.journal.journal import Entry
    from pytest_fakeaws.journal.story import Story

_TALKATIVE = (":sqs:", ":lambda:")
"""Services whose own facts tell of a delivery."""


@tells(NotificationPublished)
def _published(story: Story, entry: Entry, fact: NotificationPublished) -> Told:
    story.publish(entry, fact.notification_id)
    story.remember(fact.notification_id, fact.excerpt)
    published = f"{story.notification(fact.notification_id)} published{story.by(entry)}"
    return Told(name(fact.topic), f"{published}: {short(fact.excerpt)}")


@tells(NotificationDelivered)
def _delivered(story: Story, entry: Entry, fact: NotificationDelivered) -> Told | None:
    if any(service in fact.endpoint for service in _TALKATIVE):
        return None
    which = story.notification(fact.notification_id)
    return Told(name(fact.topic), f"{which} delivered to {endpoint(fact.endpoint)}")


@tells(NotificationFiltered)
def _filtered(story: Story, entry: Entry, fact: NotificationFiltered) -> Told:
    which = story.notification(fact.notification_id)
    kept = f"{which} kept from {endpoint(fact.endpoint)}: {short(str(fact.reason))}"
    return Told(name(fact.topic), kept)


@tells(NotificationDropped)
def _dropped(story: Story, entry: Entry, fact: NotificationDropped) -> Told:
    which, whom = story.notification(fact.notification_id), endpoint(fact.endpoint)
    reason = short(fact.reason)
    story.bury_notification(
        fact.notification_id,
        f"not delivered by {name(fact.topic)} to {whom} at {story.clock(entry.at)}: {reason}",
    )
    return Told(name(fact.topic), f"{which} not delivered to {whom}: {reason}", "bad")


@tells(SubscriptionConfirmed)
def _confirmed(story: Story, entry: Entry, fact: SubscriptionConfirmed) -> Told:
    return Told(name(fact.topic), f"subscription of {endpoint(fact.endpoint)} confirmed")


@tells(SubscriptionDeleted)
def _unsubscribed(story: Story, entry: Entry, fact: SubscriptionDeleted) -> Told:
    return Told(name(fact.topic), f"subscription of {endpoint(fact.endpoint)} deleted")


@tells(TopicDeleted)
def _topic_deleted(story: Story, entry: Entry, fact: TopicDeleted) -> Told:
    return Told(name(fact.topic), "deleted")


def endpoint(text: str) -> str:
    """An endpoint as people know it."""
    return name(text) if text.startswith("arn:") else text
