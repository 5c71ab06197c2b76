"""What other services publish: dead letters and records of Lambda's asynchronous events."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.services.ports import TRACE_HEADER
from pytest_fakeaws.services.sns.directory import TopicDirectory


class Announcer:
    """Publishes to topics.

    Args:
        directory: Where they are.
    """

    def __init__(self, directory: TopicDirectory) -> None:
        self._directory = directory

    def __call__(
        self,
        sender: Place,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
        trace_header: str | None = None,
        source: str = "",
    ) -> None:
        """Publish *body* to the topic with this ARN, as the account of *sender* would itself.

        Raises:
            ServiceError: The topic does not exist, is a FIFO topic, or does not take it.
        """
        from pytest_fakeaws.services.sns.operations.publishing import publish  # few tests need it

        target = Arn.parse(arn)
        region = target.region if target is not None else sender.region
        parameters = {
            "TopicArn": arn,
            "Message": body,
            "MessageAttributes": attributes,
            TRACE_HEADER: trace_header,
        }
        publish(self._directory, Place(sender.account, region), parameters)
