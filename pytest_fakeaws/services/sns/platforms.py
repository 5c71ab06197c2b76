"""Platform applications, and the mobile devices that are registered with them.

See https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.sns.errors import (
    EndpointDisabled,
    InvalidParameter,
    PlatformApplicationDisabled,
)
from pytest_fakeaws.sim.chance import Ids

PLATFORMS = ("ADM", "APNS", "APNS_SANDBOX", "BAIDU", "FCM", "GCM", "MACOS", "MPNS", "WNS")
"""The push notification services that SNS knows."""

_ENABLED = "Enabled"


@dataclass(eq=False)
class PlatformApplication:
    """An application registered with a push notification service.

    Attributes:
        place: The account and region it lives in.
        platform: The service.
        name: Its name.
        attributes: What was set, secrets included.
        endpoints: Its devices, by ARN.
    """

    place: Place
    platform: str
    name: str
    attributes: dict[str, str]
    endpoints: dict[str, PlatformEndpoint] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return self.place.arn("sns", f"app/{self.platform}/{self.name}")

    @property
    def enabled(self) -> bool:
        """Whether anything is delivered."""
        return self.attributes.get(_ENABLED, "true") == "true"

    def endpoint_of(self, token: str) -> PlatformEndpoint | None:
        """The device with that token, or `None`."""
        found = (one for one in self.endpoints.values() if one.token == token)
        return next(found, None)


@dataclass(eq=False)
class PlatformEndpoint:
    """A device.

    Attributes:
        application: The application on it.
        arn: Its ARN.
        attributes: `Enabled`, `Token` and `CustomUserData`.
    """

    application: PlatformApplication
    arn: str
    attributes: dict[str, str]

    @property
    def place(self) -> Place:
        """The account and region it lives in."""
        return self.application.place

    @property
    def token(self) -> str:
        """By what the push notification service knows it."""
        return self.attributes["Token"]

    def check_enabled(self) -> None:
        """Refuse to deliver to a device that takes nothing.

        Raises:
            PlatformApplicationDisabled: Its application is disabled.
            EndpointDisabled: It is disabled itself.
        """
        if not self.application.enabled:
            raise PlatformApplicationDisabled
        if self.attributes[_ENABLED] != "true":
            raise EndpointDisabled


class Platforms:
    """All platform applications and endpoints.

    Args:
        ids: Where the ids of endpoints come from.
    """

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._applications: dict[str, PlatformApplication] = {}
        self._endpoints: dict[str, PlatformEndpoint] = {}

    def __iter__(self) -> Iterator[PlatformApplication]:
        return iter(self._applications.values())

    def create(
        self, place: Place, platform: str, name: str, attributes: Mapping[str, str]
    ) -> PlatformApplication:
        """Make an application, or find the one of the same name and attributes.

        Raises:
            InvalidParameter: It exists with other attributes.
        """
        application = PlatformApplication(place, platform, name, dict(attributes))
        existing = self._applications.setdefault(application.arn, application)
        if existing.attributes != application.attributes:
            raise InvalidParameter(
                f"Attributes Reason: Platform application {existing.arn} already exists with "
                "different attributes"
            )
        return existing

    def delete(self, arn: str) -> None:
        """Delete an application with all its endpoints, if it exists."""
        application = self._applications.pop(arn, None)
        for endpoint in application.endpoints if application is not None else ():
            del self._endpoints[endpoint]

    def find(self, arn: str) -> PlatformApplication | None:
        """The application with this ARN, or `None`."""
        return self._applications.get(arn)

    def register(
        self, application: PlatformApplication, attributes: Mapping[str, str]
    ) -> PlatformEndpoint:
        """Make an endpoint, or find the one with the same token and attributes.

        Raises:
            InvalidParameter: One with this token has other attributes.
        """
        wanted = {_ENABLED: "true", **attributes}
        existing = application.endpoint_of(wanted["Token"])
        if existing is not None:
            if existing.attributes != wanted:
                raise InvalidParameter(
                    f"Token Reason: Endpoint {existing.arn} already exists with the same Token, but "
                    "different attributes."
                )
            return existing
        resource = f"endpoint/{application.platform}/{application.name}/{self._ids.next()}"
        arn = application.place.arn("sns", resource)
        endpoint = PlatformEndpoint(application, arn, wanted)
        self._endpoints[arn] = application.endpoints[arn] = endpoint
        return endpoint

    def unregister(self, arn: str) -> None:
        """Delete an endpoint, if it exists."""
        endpoint = self._endpoints.pop(arn, None)
        if endpoint is not None:
            del endpoint.application.endpoints[arn]

    def find_endpoint(self, arn: str) -> PlatformEndpoint | None:
        """The endpoint with this ARN, or `None`."""
        return self._endpoints.get(arn)
