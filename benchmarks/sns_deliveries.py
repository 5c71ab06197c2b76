"""SNS's deliveries: 23 days of retries that all fail, and the signatures of what arrives.

moto neither retries nor signs, so there is nothing to compare.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from benchmarks.contestants import BODY, have_access, ours
from benchmarks.harness import Effort, Row, Setting, cpu, interleaved, main

_NOTIFICATIONS, _QUEUES = 20, 10
_ENDPOINT = "https://shop.example/"
_STEPS = 23 * 24
_RETRIES = 100
_POLICY = {
    "healthyRetryPolicy": {"numRetries": _RETRIES, "minDelayTarget": 1, "maxDelayTarget": 36}
}


def measure(effort: Effort) -> Iterator[Row]:
    """The retries, at one go and hour by hour, then the signatures."""
    have_access()
    yield from _retried(effort)
    yield _read(effort)


def _retried(effort: Effort) -> Iterator[Row]:
    costs = interleaved(
        {
            "at one go": cpu(_unreachable(lambda aws: aws.clock.run_until_idle())),
            "hour by hour": cpu(_unreachable(_hour_by_hour)),
            "HTTP": cpu(_nobody_answers),
        },
        effort.rounds(9),
    )
    what = "23 days in which a queue is out of reach of a notification"
    yield costs.figure(f"{what}, at one go", "at one go", "s", 1)
    yield costs.figure(f"{what}, looked at every hour", "hour by hour", "s", 1)
    yield costs.figure("100 retries at a URL where nobody answers", "HTTP", "ms")


def _unreachable(live: Callable[[Any], object]) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with ours("sns") as (aws, _):
            dead = aws.create_queue("dead")
            topic = aws.create_topic("orders-topic")
            subscription = topic.subscribe(aws.create_queue("orders"), dead_letter_queue=dead)
            subscription.disconnect()

            def fail() -> None:
                topic.publish(BODY)
                live(aws)

            yield fail
            aws.clock.run_until_idle()
            if len(dead.messages) != 1:
                raise AssertionError("The message was not given up.")

    return setting


def _hour_by_hour(aws: Any) -> None:
    for _ in range(_STEPS):
        aws.clock.advance(3_600)
        len(aws.journal)


@contextmanager
def _nobody_answers() -> Iterator[Callable[[], object]]:
    with ours("sns") as (aws, _):
        topic = aws.create_topic("orders-topic")
        subscription = topic.subscribe(_ENDPOINT, delivery_policy=_POLICY)
        subscription.confirm()
        aws.clock.run_until_idle()

        def fail() -> None:
            topic.publish(BODY)
            aws.clock.run_until_idle()

        yield fail
        if len(subscription.attempts) != _RETRIES + 1:
            raise AssertionError("Not every retry was made.")


def _read(effort: Effort) -> Row:
    """What it costs that an envelope is read, and so written and signed."""
    number = effort.size(_NOTIFICATIONS)

    @contextmanager
    def reading() -> Iterator[Callable[[], object]]:
        with ours("sns") as (aws, _):
            sqs = boto3.client("sqs")
            topic = aws.create_topic("orders-topic")
            urls = [aws.create_queue(f"orders-{index}").url for index in range(_QUEUES)]
            for url in urls:
                topic.subscribe(aws.queue(url))
            for _ in range(number):
                topic.publish(BODY)

            def read() -> None:
                for url in urls:
                    for _ in range(number):
                        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
                        assert json.loads(message["Body"])["Signature"]

            yield read

    costs = interleaved({"reading": cpu(reading, number)}, effort.rounds(9))
    what = f"reading {_QUEUES} signed envelopes of one notification, by as many receives"
    return costs.figure(what, "reading", "ms")


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
