"""The topics of a fake, and what they reach beside queues and functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.owner import Owner, unknown

if TYPE_CHECKING:
    from pytest_fakeaws.handles.http_endpoint import HttpEndpoint
    from pytest_fakeaws.handles.topic import Topic
    from pytest_fakeaws.services.sns.http_endpoints import HttpHandler
    from pytest_fakeaws.services.sns.outbox import Outbox
    from pytest_fakeaws.services.sns.topic import Topic as SimulatedTopic

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Topics(Owner):
    """An owner of topics."""

    @explained
    def create_topic(
        self,
        name: str,
        *,
        content_based_deduplication: bool = False,
        attributes: Mapping[str, str] | None = None,
    ) -> Topic:
        """Create an SNS topic; a name that ends in `.fifo` makes a FIFO topic.

        Args:
            name: Its name.
            content_based_deduplication: Whether a FIFO topic tells messages apart by their texts.
            attributes: More attributes of the topic, by AWS's names.

        Raises:
            ServiceError: AWS would refuse the topic.
        """
        cloud = self._require_cloud()
        settings = {
            **options.fifo_attributes(name, "FifoTopic", content_based=content_based_deduplication),
            **(attributes or {}),
        }
        with cloud.gate:
            return self._topic(cloud.topics.create(self._place, name, settings))

    def topic(self, name_or_arn: str) -> Topic:
        """The handle of a topic, however it was created.

        Raises:
            UnknownResource: There is none.
        """
        topics = self._require_cloud().topics
        found = topics.by_arn(name_or_arn) or topics.by_arn(self._place.arn("sns", name_or_arn))
        if found is None:
            raise unknown("topic", name_or_arn, [topic.name for topic in topics])
        return self._topic(found)

    def _topic(self, topic: SimulatedTopic) -> Topic:
        from pytest_fakeaws.handles.topic import Topic

        return Topic(self._require_cloud, topic)

    def http_endpoint(self, url: str, handler: HttpHandler) -> HttpEndpoint:
        """Let a callable answer what SNS sends to a URL, until the fake stops or is reset.

        It runs as a process of the simulation, the next time time is driven, and so may wait. Where nobody
        answers, connections are refused.

        Args:
            url: With http or https. Requests with a query reach it too, if it has none.
            handler: Takes a request with `url`, `headers`, `body` and `json()`; returns a status, a response
                with `status_code`, or nothing for 200. If it raises, SNS sees 500.

        Raises:
            UnknownOption: The URL is none, or the handler cannot be called.

        Example:
            >>> fakeaws.http_endpoint("https://shop.example/hook", lambda request: 200)  # doctest: +SKIP
        """
        from pytest_fakeaws.handles.http_endpoint import HttpEndpoint

        return HttpEndpoint(self._require_cloud, url, handler)

    def opt_out(self, phone_number: str) -> None:
        """Let the owner of a telephone number want no more text messages, as by answering STOP.

        Args:
            phone_number: The number, in the form +15551234567.

        Raises:
            UnknownOption: It is no telephone number.
        """
        from pytest_fakeaws.services.sns.protocols import is_phone_number

        if not is_phone_number(phone_number):
            raise UnknownOption(
                f"{phone_number!r} is no telephone number.",
                "Telephone numbers begin with a plus sign and the code of a country.",
                'Write, for example, "+15551234567".',
            )
        cloud = self._require_cloud()
        with cloud.gate:
            cloud.topics.sms.account(self._place).opted_out.add(phone_number)

    @property
    def outbox(self) -> Outbox:
        """What SNS has sent to people: `outbox.emails`, `outbox.sms` and `outbox.pushes`."""
        return self._require_cloud().outbox
