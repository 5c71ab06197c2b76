"""SNS: topics, how they reach their subscribers, and what comes to the test's own endpoints."""

from __future__ import annotations

from pytest_fakeaws.introductions.surroundings import Surroundings
from pytest_fakeaws.services.ports import Sender
from pytest_fakeaws.services.sns.announcer import Announcer
from pytest_fakeaws.services.sns.asker import Asker
from pytest_fakeaws.services.sns.deliveries import Deliveries
from pytest_fakeaws.services.sns.delivery_policy import HttpDelivery
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.endpoints import Endpoints
from pytest_fakeaws.services.sns.http_carrier import HttpCarrier
from pytest_fakeaws.services.sns.http_endpoints import HttpEndpoints
from pytest_fakeaws.services.sns.outages import Outages
from pytest_fakeaws.services.sns.outbox import Outbox
from pytest_fakeaws.services.sns.personal_carrier import PersonalCarrier
from pytest_fakeaws.services.sns.platforms import Platforms
from pytest_fakeaws.services.sns.sms import Sms
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.services.sqs.courier import Courier


class Sns:
    """SNS, as the rest of a cloud knows it.

    Args:
        around: What it lives in.
        courier: Delivers to queues.
        send_to_function: Delivers to functions.

    Attributes:
        topics: The topics.
        outbox: What went to people.
        http: Who answers at which URL.
        announce: Publishes for other services.
    """

    def __init__(self, around: Surroundings, courier: Courier, send_to_function: Sender) -> None:
        simulation, journal, chance = around.simulation, around.journal, around.chance
        self.outbox = Outbox()
        self.http = HttpEndpoints(simulation)
        sms = Sms(chance.stream("sns/one-time-passwords"))
        platforms = Platforms(chance.ids("sns/endpoint-ids"))
        web = HttpCarrier(simulation, self.http, self._http_delivery)
        endpoints = Endpoints(
            courier,
            send_to_function,
            web=web,
            people=PersonalCarrier(simulation, self.outbox, sms=sms, platforms=platforms),
            outages=Outages(simulation),
            hooks=around.hooks,
        )
        self.topics = TopicDirectory(
            simulation,
            journal,
            chance,
            deliveries=Deliveries(simulation, journal, endpoints),
            asker=Asker(simulation, journal, queues=courier, web=web, outbox=self.outbox),
            platforms=platforms,
            sms=sms,
        )
        self.announce = Announcer(self.topics)

    def _http_delivery(self, subscription: Subscription) -> HttpDelivery:
        # Topics know it, and are made with what asks for it.
        return self.topics.http_delivery(subscription)
