"""DeleteMessage."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs.directory import QueueDirectory


def delete_message(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html."""
    directory.reach(caller, parameters["QueueUrl"], "DeleteMessage").delete(
        parameters["ReceiptHandle"]
    )
    return {}
