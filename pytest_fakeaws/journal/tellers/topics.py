"""What is told of topics: what is published to them, and whom it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fakeaws.journal.entries import (
    DeadLetterLost,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryRetried,
    NotificationDeduplicated,
    NotificationDelivered,
    NotificationFiltered,
    NotificationPublished,
    ReplayEnded,
    ReplayStarted,
    SubscriptionConfirmed,
    SubscriptionDeleted,
    TopicDeleted,
)
from pytest_fakeaws.journal.telling import Told, tells
from pytest_fakeaws.journal.wording import name, number, short
from pytest_fakeaws.sim.instants import seconds

if TYPE_CHECKING:
    from pytest_fakeaws.journal.journal import Entry
    from pytest_fakeaws.journal.story import Story

_REASON = 120
"""Characters of an error that are shown: with the place in the code that it came from."""

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


@tells(NotificationDeduplicated)
def _deduplicated(story: Story, entry: Entry, fact: NotificationDeduplicated) -> Told:
    which = story.notification(fact.notification_id)
    again = f"{which} published again{story.by(entry)}"
    return Told(name(fact.topic), f"{again} within 5 minutes: not delivered again")


@tells(ReplayStarted)
def _replay_started(story: Story, entry: Entry, fact: ReplayStarted) -> Told:
    return Told(name(fact.topic), f"replay to {endpoint(fact.endpoint)} begins")


@tells(ReplayEnded)
def _replay_ended(story: Story, entry: Entry, fact: ReplayEnded) -> Told:
    replayed = f"{fact.replayed} message{'' if fact.replayed == 1 else 's'}"
    status = fact.status.lower()
    return Told(name(fact.topic), f"replay to {endpoint(fact.endpoint)} {status}: {replayed}")


@tells(DeliveryFailed)
def _failed(story: Story, entry: Entry, fact: DeliveryFailed) -> Told:
    which, whom = _parcel(story, fact), endpoint(fact.endpoint)
    failed = (
        f"{which} not delivered to {whom}, attempt {fact.attempt}: {short(fact.reason, _REASON)}"
    )
    return Told(name(fact.topic), f"{failed}; again at {story.clock(fact.next_at)}", "bad")


@tells(DeliveryRetried)
def _retried(story: Story, entry: Entry, fact: DeliveryRetried) -> Told:
    which, whom = _parcel(story, fact), endpoint(fact.endpoint)
    attempts = number(fact.attempts, "more attempt")
    since = f"every {seconds(fact.every)} s since {story.clock(fact.since)}"
    failed = f"{which} not delivered to {whom} by {attempts}, {since}"
    return Told(name(fact.topic), f"{failed}: {short(fact.reason, _REASON)}", "bad")


@tells(DeliveryGivenUp)
def _given_up(story: Story, entry: Entry, fact: DeliveryGivenUp) -> Told:
    which, whom = _parcel(story, fact), endpoint(fact.endpoint)
    after = f" after {number(fact.attempts, 'attempt')}" if fact.attempts > 1 else ""
    instead = f"dead-lettered to {name(fact.dead_letter_queue)}" if fact.dead_letter_queue else ""
    if fact.notification_id:
        story.bury_notification(
            fact.notification_id,
            f"not delivered by {name(fact.topic)} to {whom} at {story.clock(entry.at)}{after}: "
            f"{short(fact.reason, _REASON)}; {instead or 'lost for want of a dead-letter queue'}",
        )
    given_up = f"{which} not delivered to {whom}{after}: {short(fact.reason, _REASON)}"
    return Told(name(fact.topic), "; ".join(filter(None, (given_up, instead))), "bad")


@tells(DeadLetterLost)
def _lost(story: Story, entry: Entry, fact: DeadLetterLost) -> Told:
    which, target = story.notification(fact.notification_id), name(fact.dead_letter_queue)
    story.bury_notification(fact.notification_id, f"lost: {target} did not take it: {fact.reason}")
    return Told(
        name(fact.topic), f"{which} lost: {target} did not take it: {short(fact.reason)}", "bad"
    )


@tells(SubscriptionConfirmed)
def _confirmed(story: Story, entry: Entry, fact: SubscriptionConfirmed) -> Told:
    return Told(name(fact.topic), f"subscription of {endpoint(fact.endpoint)} confirmed")


@tells(SubscriptionDeleted)
def _unsubscribed(story: Story, entry: Entry, fact: SubscriptionDeleted) -> Told:
    return Told(name(fact.topic), f"subscription of {endpoint(fact.endpoint)} deleted")


@tells(TopicDeleted)
def _topic_deleted(story: Story, entry: Entry, fact: TopicDeleted) -> Told:
    return Told(name(fact.topic), "deleted")


def _parcel(story: Story, fact: DeliveryFailed | DeliveryRetried | DeliveryGivenUp) -> str:
    """What was to be delivered."""
    if fact.notification_id:
        return story.notification(fact.notification_id)
    return "request to confirm"


def endpoint(text: str) -> str:
    """An endpoint as people know it."""
    return name(text) if text.startswith("arn:") else text
