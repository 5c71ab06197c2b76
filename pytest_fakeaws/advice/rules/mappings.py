"""What AWS recommends for queues that feed functions."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from pytest_fakeaws.advice.recommendation import Finding, Found, Rules
from pytest_fakeaws.advice.scene import Mapped, Run, Scene
from pytest_fakeaws.journal.wording import number, ordinal
from pytest_fakeaws.sim.instants import SECOND

RULES = Rules()

_CONFIGURING = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
_ERRORS = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
_SCALING = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"

TIMEOUTS = 6
"""How many timeouts of its function a queue's visibility timeout should last."""

RECEIVES = 5
"""How often a message should be received at least before it is dead-lettered."""

RESERVED = 5
"""What a function with a queue should have reserved at least, if anything."""


@RULES.rule("short-visibility", _CONFIGURING)
def _short_visibility(scene: Scene) -> Found:
    """The visibility timeout lasts six timeouts of the function and the batching window, or longer."""
    for one in scene.mapped:
        recommended = TIMEOUTS * one.function.timeout + one.window
        hidden = one.queue.visibility_timeout // SECOND
        if hidden < recommended:
            window = f" after a window of {one.window} s" if one.window else ""
            yield Finding(
                one.queue.arn,
                f"{one.queue.name} hides messages for {hidden} s, and {one.function.name} may take "
                f"{one.function.timeout} s{window}: AWS recommends {recommended} s or more",
            )


@RULES.rule("few-receives", _CONFIGURING)
def _few_receives(scene: Scene) -> Found:
    """The redrive policy of a queue that feeds a function allows five receives or more."""
    for one in scene.mapped:
        policy = one.queue.attributes.redrive_policy
        if policy is not None and policy.max_receive_count < RECEIVES:
            yield Finding(
                one.queue.arn,
                f"{one.queue.name} gives messages up after "
                f"{number(policy.max_receive_count, 'receive')}, and throttles count: AWS "
                f"recommends {RECEIVES} or more",
            )


@RULES.rule("no-dead-letter-queue", _CONFIGURING)
def _no_dead_letter_queue(scene: Scene) -> Found:
    """A standard queue that feeds a function has a dead-letter queue."""
    for one in scene.mapped:
        if one.queue.attributes.redrive_policy is None and not one.queue.attributes.fifo:
            yield Finding(
                one.queue.arn,
                f"{one.queue.name} has no dead-letter queue: what {one.function.name} cannot "
                "handle comes back until it expires",
            )


@RULES.rule("ignored-item-failures", _ERRORS)
def _ignored_item_failures(scene: Scene) -> Found:
    """A function whose responses name failed messages has mappings that listen to it."""
    deaf = {(one.queue.arn, one.function.arn): one for one in scene.mapped if not one.reports}
    ignored: Counter[tuple[str, str]] = Counter()
    for run in scene.runs:
        records = _records(run)
        if records:
            pair = records[0].get("eventSourceARN", ""), run.start.function
            ignored[pair] += len(_reported(run)) if pair in deaf else 0
    for pair, count in ignored.items():
        if count:
            one = deaf[pair]
            yield Finding(
                one.arn,
                f"{one.function.name} reported {number(count, 'batch item failure')}, but its mapping "
                f"from {one.queue.name} has no ReportBatchItemFailures: the messages were deleted",
            )


@RULES.rule("gap-in-group", _ERRORS)
def _gap_in_group(scene: Scene) -> Found:
    """A function that is fed by a FIFO queue reports a failed message with all that follow in its group."""
    fifo = {one.queue.arn: one for one in scene.mapped if one.queue.attributes.fifo and one.reports}
    for run in scene.runs:
        failed = _reported(run)
        groups: defaultdict[str, list[bool]] = defaultdict(list)
        for record in _records(run):
            if record.get("eventSourceARN") in fifo:
                group = record["attributes"].get("MessageGroupId", "")
                groups[group].append(record["messageId"] in failed)
        for group, reported in groups.items():
            if True in reported and False in reported[reported.index(True) :]:
                yield _gap(fifo[_records(run)[0]["eventSourceARN"]], group, reported)


def _gap(one: Mapped, group: str, reported: list[bool]) -> Finding:
    first = reported.index(True)
    overtook = first + 1 + reported[first + 1 :].index(False)
    return Finding(
        one.function.arn,
        f"{one.function.name} reported the {ordinal(first + 1)} message of group {group} as failed, but "
        f"not the {ordinal(overtook + 1)}: it was deleted, and their order in {one.queue.name} is lost",
    )


@RULES.rule("reserved-below-maximum", _SCALING)
def _reserved_below_maximum(scene: Scene) -> Found:
    """A function has reserved as much concurrency as its mappings may use together."""
    wanted: Counter[str] = Counter()
    for one in scene.mapped:
        wanted[one.function.arn] += one.maximum_concurrency or 0
    for one in scene.mapped:
        reserved = scene.reserved_concurrency(one.function)
        if reserved is not None and reserved < wanted[one.function.arn]:
            yield Finding(
                one.function.arn,
                f"{one.function.name} has reserved {reserved} at once, and its mappings may ask for "
                f"{wanted[one.function.arn]} (MaximumConcurrency): the rest is throttled",
            )


@RULES.rule("few-reserved", _CONFIGURING)
def _few_reserved(scene: Scene) -> Found:
    """A function that is fed by a queue has reserved five or more, if anything."""
    for one in scene.mapped:
        reserved = scene.reserved_concurrency(one.function)
        bounded = one.maximum_concurrency is not None
        if reserved is not None and reserved < RESERVED and not bounded:
            yield Finding(
                one.function.arn,
                f"{one.function.name} has reserved {reserved} at once, fewer than the {RESERVED} batches "
                f"that its mapping from {one.queue.name} begins with: AWS recommends {RESERVED} or more, "
                "or a MaximumConcurrency",
            )


def _records(run: Run) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(run.start.payload).get("Records", [])
    return records


def _reported(run: Run) -> set[str]:
    """The messages that the response of an invocation names as failed."""
    response = json.loads(run.end.payload)
    failures = response.get("batchItemFailures") if isinstance(response, dict) else None
    listed = failures if isinstance(failures, list) else []
    named = [one.get("itemIdentifier") for one in listed if isinstance(one, dict)]
    return {one for one in run.start.message_ids if one in named}
