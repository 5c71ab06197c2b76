"""What AWS recommends for queues, whoever consumes them."""

from __future__ import annotations

from pytest_fakeaws.advice.recommendation import Finding, Found, Rules
from pytest_fakeaws.advice.scene import Scene
from pytest_fakeaws.journal.wording import lasting

RULES = Rules()

_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"

EMPTY_RECEIVES = 10
"""From how many empty answers on short polls are worth a word."""


@RULES.rule("short-dead-letter-retention", f"{_GUIDE}/sqs-dead-letter-queues.html")
def _short_dead_letter_retention(scene: Scene) -> Found:
    """A standard dead-letter queue keeps messages longer than its source does."""
    for source in scene.queues:
        policy = source.attributes.redrive_policy
        target = scene.queue(policy.dead_letter_arn) if policy is not None else None
        if target is None or source.attributes.fifo:
            continue
        kept, there = target.attributes.retention, source.attributes.retention
        if kept <= there:
            yield Finding(
                target.arn,
                f"{target.name} keeps messages for {lasting(kept)}, {source.name} for {lasting(there)}, and "
                "their age counts from the first: AWS recommends that dead letters be kept longer",
            )


@RULES.rule("single-receive", f"{_GUIDE}/sqs-dead-letter-queues.html")
def _single_receive(scene: Scene) -> Found:
    """A redrive policy forgives a consumer's failure, of a queue that feeds no function."""
    mapped = {one.queue.arn for one in scene.mapped}
    for queue in scene.queues:
        policy = queue.attributes.redrive_policy
        if policy is not None and policy.max_receive_count == 1 and queue.arn not in mapped:
            yield Finding(
                queue.arn,
                f"{queue.name} gives messages up after 1 receive: AWS recommends enough for retries",
            )


@RULES.rule("short-polls", f"{_GUIDE}/sqs-short-and-long-polling.html")
def _short_polls(scene: Scene) -> Found:
    """Consumers wait for messages instead of asking again and again."""
    for queue in scene.queues:
        if queue.empty_polls >= EMPTY_RECEIVES:
            yield Finding(
                queue.arn,
                f"{queue.empty_polls:,} receives of {queue.name} that did not wait came back empty: AWS "
                "recommends long polls (WaitTimeSeconds up to 20)",
            )
