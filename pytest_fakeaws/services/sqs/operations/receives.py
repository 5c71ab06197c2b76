"""ReceiveMessage."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs import limits, representation
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.operations import identifiers, ranges


def receive_message(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html.

    A short poll finds every message there is; AWS asks only some of its servers.
    """
    queue = directory.reach(caller, parameters["QueueUrl"], "ReceiveMessage")
    maximum = ranges.maximum_of_messages(parameters)
    visibility = ranges.seconds(parameters, "VisibilityTimeout", limits.VISIBILITY_TIMEOUT)
    wait = ranges.seconds(parameters, "WaitTimeSeconds", limits.WAIT)
    if wait is None:
        wait = queue.attributes.wait
    attempt = identifiers.checked(parameters, "ReceiveRequestAttemptId")
    messages = queue.receive_within(maximum, visibility, wait, attempt)
    if not messages:
        return {}
    system = (
        *(parameters.get("MessageSystemAttributeNames") or ()),
        *(parameters.get("AttributeNames") or ()),
    )
    user = parameters.get("MessageAttributeNames") or ()
    return {"Messages": representation.received(messages, queue.receipt_handle, system, user)}
