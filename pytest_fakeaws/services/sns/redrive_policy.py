"""The redrive policy of a subscription: where goes what cannot be delivered.

See https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html.
"""

from __future__ import annotations

import json

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.services.sns.errors import InvalidPolicy

_TARGET = "deadLetterTargetArn"
_FIFO = ".fifo"


def dead_letter_target(text: str, topic_arn: str) -> str | None:
    """The ARN of the dead-letter queue that a policy names.

    Args:
        text: JSON as a client gave it; nothing for none.
        topic_arn: The topic that is subscribed to.

    Raises:
        InvalidPolicy: AWS refuses it.
    """
    if not text:
        return None
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        policy = None
    if not isinstance(policy, dict):
        raise InvalidPolicy("failed to parse JSON.")
    for name in policy:
        if name != _TARGET:
            raise InvalidPolicy(f"invalid JSON. Attribute {name} is unknown.")
    target = policy.get(_TARGET)
    queue = Arn.parse(target) if isinstance(target, str) else None
    topic = Arn.parse(topic_arn)
    assert topic is not None
    if queue is None or queue.service != "sqs":
        raise InvalidPolicy(f"{_TARGET} is an invalid arn")
    if queue.place != topic.place:
        raise InvalidPolicy(
            f"{_TARGET} must be an SQS queue in the same account and region as the subscription"
        )
    if topic_arn.endswith(_FIFO) and not queue.resource.endswith(_FIFO):
        raise InvalidPolicy(f"{_TARGET} of a FIFO topic must be a FIFO queue")
    if queue.resource.endswith(_FIFO) and not topic_arn.endswith(_FIFO):
        raise InvalidPolicy(f"{_TARGET} of a standard topic must be a standard queue")
    return str(target)
