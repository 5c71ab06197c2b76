"""Operations on platform endpoints: devices."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import arns, limits
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter, NotFound
from pytest_fakeaws.services.sns.operations import platform_applications
from pytest_fakeaws.services.sns.operations.pages import page
from pytest_fakeaws.services.sns.platforms import PlatformEndpoint
from pytest_fakeaws.services.sns.topic_attributes import boolean

_KNOWN = ("ChannelId", "CustomUserData", "Enabled", "Token", "UserId")


def create_platform_endpoint(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html."""
    application = platform_applications.reach(directory, caller, parameters)
    attributes = {**(parameters.get("Attributes") or {}), "Token": parameters["Token"]}
    if parameters.get("CustomUserData"):
        attributes["CustomUserData"] = parameters["CustomUserData"]
    if not attributes["Token"]:
        raise InvalidParameter("Token Reason: no value for required parameter")
    endpoint = directory.platforms.register(application, _checked(attributes))
    return {"EndpointArn": endpoint.arn}


def get_endpoint_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetEndpointAttributes.html."""
    return {"Attributes": dict(_reach(directory, caller, parameters).attributes)}


def set_endpoint_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetEndpointAttributes.html."""
    endpoint = _reach(directory, caller, parameters)
    given = _checked(parameters["Attributes"])
    other = endpoint.application.endpoint_of(given.get("Token", endpoint.token))
    if other not in (None, endpoint):
        raise InvalidParameter(
            f"Token Reason: Endpoint {other.arn} already exists with the same Token"
        )
    endpoint.attributes.update(given)
    return {}


def delete_endpoint(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeleteEndpoint.html."""
    arn = parameters["EndpointArn"]
    if arns.reached(caller, arn, "EndpointArn").place == caller:
        directory.platforms.unregister(arn)
    return {}


def list_endpoints_by_platform_application(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListEndpointsByPlatformApplication.html."""
    application = platform_applications.reach(directory, caller, parameters)
    endpoints = list(application.endpoints.values())
    shown, following = page(endpoints, lambda one: one.arn, parameters.get("NextToken"))
    result: Result = {
        "Endpoints": [{"EndpointArn": one.arn, "Attributes": dict(one.attributes)} for one in shown]
    }
    return {**result, "NextToken": following} if following else result


def _reach(directory: TopicDirectory, caller: Place, parameters: Parameters) -> PlatformEndpoint:
    arn = parameters["EndpointArn"]
    arns.reached(caller, arn, "EndpointArn")
    endpoint = directory.platforms.find_endpoint(arn)
    if endpoint is None or endpoint.place != caller:
        raise NotFound("Endpoint")
    return endpoint


def _checked(attributes: Mapping[str, str]) -> dict[str, str]:
    for name, text in attributes.items():
        if name not in _KNOWN:
            raise InvalidParameter(f"Attributes Reason: Unknown attribute: {name}")
        if name == "Enabled" and not boolean(text):
            raise InvalidParameter(f"Attributes Reason: Enabled: Invalid value [{text}]")
        if name == "CustomUserData" and len(text.encode()) > limits.USER_DATA_LENGTH:
            raise InvalidParameter(
                "CustomUserData Reason: Invalid value for attribute: CustomUserData: must be at most "
                f"{limits.USER_DATA_LENGTH} bytes long in UTF-8 encoding"
            )
    return {name: text.lower() if name == "Enabled" else text for name, text in attributes.items()}
