"""Operations on platform applications."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import arns, limits
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter, NotFound
from pytest_fakeaws.services.sns.operations.pages import page
from pytest_fakeaws.services.sns.platforms import PLATFORMS, PlatformApplication
from pytest_fakeaws.services.sns.topic_attributes import anything, boolean, role, whole

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,256}")
_SECRETS = ("PlatformCredential", "PlatformPrincipal")

_KNOWN: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(_SECRETS, anything),
    "ApplePlatformBundleID": anything,
    "ApplePlatformTeamID": anything,
    "Enabled": boolean,
    "EventDeliveryFailure": anything,
    "EventEndpointCreated": anything,
    "EventEndpointDeleted": anything,
    "EventEndpointUpdated": anything,
    "FailureFeedbackRoleArn": role,
    "SuccessFeedbackRoleArn": role,
    "SuccessFeedbackSampleRate": whole(limits.SAMPLE_RATE),
}
"""See https://docs.aws.amazon.com/sns/latest/api/API_SetPlatformApplicationAttributes.html."""


def create_platform_application(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html."""
    name, platform = parameters["Name"], parameters["Platform"]
    if not _NAME.fullmatch(name):
        raise InvalidParameter(
            "Name Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'"
        )
    if platform not in PLATFORMS:
        raise InvalidParameter(f"Platform Reason: {platform} is not supported")
    attributes = _checked(parameters["Attributes"])
    if not attributes.get("PlatformCredential"):
        raise InvalidParameter("Attributes Reason: PlatformCredential is required")
    return {
        "PlatformApplicationArn": directory.platforms.create(caller, platform, name, attributes).arn
    }


def get_platform_application_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetPlatformApplicationAttributes.html."""
    return {"Attributes": _shown(reach(directory, caller, parameters))}


def set_platform_application_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetPlatformApplicationAttributes.html."""
    application = reach(directory, caller, parameters)
    application.attributes.update(_checked(parameters["Attributes"]))
    return {}


def delete_platform_application(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeletePlatformApplication.html."""
    arn = parameters["PlatformApplicationArn"]
    if arns.reached(caller, arn, "PlatformApplicationArn").place == caller:
        directory.platforms.delete(arn)
    return {}


def list_platform_applications(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListPlatformApplications.html."""
    here = [application for application in directory.platforms if application.place == caller]
    shown, following = page(here, lambda one: one.arn, parameters.get("NextToken"))
    result: Result = {
        "PlatformApplications": [
            {"PlatformApplicationArn": one.arn, "Attributes": _shown(one)} for one in shown
        ]
    }
    return {**result, "NextToken": following} if following else result


def reach(directory: TopicDirectory, caller: Place, parameters: Parameters) -> PlatformApplication:
    """The application that a call names.

    Raises:
        InvalidParameter: The ARN is none, or is that of one in another region.
        NotFound: There is no such application in the caller's account.
    """
    arn = parameters["PlatformApplicationArn"]
    arns.reached(caller, arn, "PlatformApplicationArn")
    application = directory.platforms.find(arn)
    if application is None or application.place != caller:
        raise NotFound("PlatformApplication")
    return application


def _checked(attributes: Mapping[str, str]) -> dict[str, str]:
    for name, text in attributes.items():
        if name not in _KNOWN:
            raise InvalidParameter(f"Attributes Reason: Unknown attribute: {name}")
        if text and not _KNOWN[name](text):
            raise InvalidParameter(f"Attributes Reason: {name}: Invalid value [{text}]")
    return {name: text.lower() if name == "Enabled" else text for name, text in attributes.items()}


def _shown(application: PlatformApplication) -> dict[str, str]:
    attributes = {
        name: text for name, text in application.attributes.items() if name not in _SECRETS
    }
    return {"Enabled": "true", **attributes}
