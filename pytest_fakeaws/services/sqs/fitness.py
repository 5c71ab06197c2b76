"""Which messages a queue takes, whoever sends them."""

from __future__ import annotations

from pytest_fakeaws.services.sqs.errors import InvalidParameters, MissingParameter
from pytest_fakeaws.services.sqs.message import Content
from pytest_fakeaws.services.sqs.queue import Queue


def check_fitness(queue: Queue, content: Content) -> None:
    """Refuse what *queue* does not take.

    Raises:
        MissingParameter: It is a FIFO queue, and the message has no group.
        InvalidParameters: The message is too long for it.
    """
    if queue.attributes.fifo and content.group is None:
        raise MissingParameter("MessageGroupId")
    maximum = queue.attributes.maximum_message_size
    if not content.fits(maximum):
        raise InvalidParameters(f"Message must be shorter than {maximum} bytes.")
