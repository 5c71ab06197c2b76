"""What is told of queues and the messages in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fakeaws.journal.entries import (
    MessageDeadLettered,
    MessageDeduplicated,
    MessageDeleted,
    MessageExpired,
    MessageFiltered,
    MessageMoved,
    MessageReceived,
    MessageSent,
    MoveTaskEnded,
    MoveTaskStarted,
    QueueDeleted,
    QueuePurged,
    VisibilityChanged,
)
from pytest_fakeaws.journal.telling import Told, tells
from pytest_fakeaws.journal.wording import counted, name, number, short, times

if TYPE_CHECKING:
    from pytest_fakeaws.journal.journal import Entry
    from pytest_fakeaws.journal.story import Story


@tells(MessageSent)
def _sent(story: Story, entry: Entry, fact: MessageSent) -> Told:
    story.remember(fact.message_id, fact.excerpt)
    delay = f", visible at {story.clock(fact.visible_at)}" if fact.visible_at > entry.at else ""
    sent = f"{story.number(fact.message_id)} sent{story.origin(entry)}{delay}"
    return Told(name(fact.queue), f"{sent}: {short(fact.excerpt)}")


@tells(MessageReceived)
def _received(story: Story, entry: Entry, fact: MessageReceived) -> Told:
    until = story.clock(fact.hidden_until)
    received = f"received{story.by(entry)}, time {fact.receive_count}; hidden until {until}"
    return Told(name(fact.queue), f"{story.number(fact.message_id)} {received}")


@tells(MessageDeleted)
def _deleted(story: Story, entry: Entry, fact: MessageDeleted) -> Told:
    return Told(
        name(fact.queue), f"{story.number(fact.message_id)} deleted{story.by(entry)}", "good"
    )


@tells(VisibilityChanged)
def _changed(story: Story, entry: Entry, fact: VisibilityChanged) -> Told:
    until = story.clock(fact.hidden_until)
    return Told(name(fact.queue), f"{story.number(fact.message_id)} hidden until {until} instead")


@tells(MessageExpired)
def _expired(story: Story, entry: Entry, fact: MessageExpired) -> Told:
    when = story.clock(fact.expired_at)
    story.bury(fact.message_id, f"expired in {name(fact.queue)} at {when}, unhandled")
    return Told(name(fact.queue), f"{story.number(fact.message_id)} had expired at {when}", "bad")


@tells(MessageDeadLettered)
def _dead_lettered(story: Story, entry: Entry, fact: MessageDeadLettered) -> Told:
    received = f"received {times(fact.receive_count)}, {fact.max_receive_count} allowed"
    failures = story.failures(fact.message_id)
    reason = f"; {counted(failures)}" if failures else "; nobody deleted it"
    target = name(fact.dead_letter_queue)
    moved = f"moved from {name(fact.queue)} to {target} at {story.clock(entry.at)}"
    story.bury(fact.message_id, f"{moved}: {received}{reason}")
    what = f"{story.number(fact.message_id)} dead-lettered to {target}: {received}"
    return Told(name(fact.queue), what, "bad")


@tells(MessageFiltered)
def _filtered(story: Story, entry: Entry, fact: MessageFiltered) -> Told:
    filtered = f"{story.number(fact.message_id)} filtered out: {short(fact.reason)}"
    return Told(name(fact.queue), filtered)


@tells(MessageDeduplicated)
def _deduplicated(story: Story, entry: Entry, fact: MessageDeduplicated) -> Told:
    kept = f"{story.number(fact.message_id)} stands for both"
    return Told(name(fact.queue), f"sent again, deduplicated: {kept}")


@tells(MessageMoved)
def _moved(story: Story, entry: Entry, fact: MessageMoved) -> Told:
    target, again = name(fact.destination), story.number(fact.new_message_id)
    return Told(name(fact.queue), f"{story.number(fact.message_id)} moved to {target} as {again}")


@tells(MoveTaskStarted)
def _task_started(story: Story, entry: Entry, fact: MoveTaskStarted) -> Told:
    target = name(fact.destination) if fact.destination else "their source queues"
    return Told(name(fact.queue), f"move task started: {fact.messages} messages to {target}")


@tells(MoveTaskEnded)
def _task_ended(story: Story, entry: Entry, fact: MoveTaskEnded) -> Told:
    return Told(name(fact.queue), f"move task {fact.status.lower()}: {fact.moved} messages moved")


@tells(QueuePurged)
def _purged(story: Story, entry: Entry, fact: QueuePurged) -> Told:
    return Told(name(fact.queue), f"purged of {number(fact.messages, 'message')}", "bad")


@tells(QueueDeleted)
def _queue_deleted(story: Story, entry: Entry, fact: QueueDeleted) -> Told:
    return Told(name(fact.queue), "deleted")
