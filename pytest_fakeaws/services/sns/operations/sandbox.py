"""Operations on the sandbox for text messages."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import limits, protocols
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.operations.pages import page


def get_sms_sandbox_account_status(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetSMSSandboxAccountStatus.html.

    No account is in the sandbox, so that messages reach every number.
    """
    return {"IsInSandbox": False}


def create_sms_sandbox_phone_number(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreateSMSSandboxPhoneNumber.html."""
    number = _number(parameters)
    added = directory.sms.account(caller).add(number, directory.now, directory.sms.chance)
    text = f"Your verification code is {added.password}"
    password = Notification(directory.ids.next(), number, text, directory.now)
    directory.publish_to(caller, "sms", number, password)
    return {}


def verify_sms_sandbox_phone_number(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_VerifySMSSandboxPhoneNumber.html."""
    directory.sms.account(caller).verify(
        _number(parameters), parameters["OneTimePassword"], directory.now
    )
    return {}


def delete_sms_sandbox_phone_number(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeleteSMSSandboxPhoneNumber.html."""
    directory.sms.account(caller).remove(_number(parameters), directory.now)
    return {}


def list_sms_sandbox_phone_numbers(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSMSSandboxPhoneNumbers.html."""
    low, high = limits.SANDBOX_PAGE
    size = parameters.get("MaxResults") or high
    if not low <= size <= high:
        raise InvalidParameter(f"MaxResults Reason: must be between {low} and {high}")
    numbers = list(directory.sms.account(caller).sandbox.values())
    shown, following = page(numbers, lambda one: one.number, parameters.get("NextToken"), size)
    result: Result = {
        "PhoneNumbers": [{"PhoneNumber": one.number, "Status": one.status} for one in shown]
    }
    return {**result, "NextToken": following} if following else result


def _number(parameters: Parameters) -> str:
    number: str = parameters["PhoneNumber"]
    if not protocols.is_phone_number(number):
        raise InvalidParameter(f"PhoneNumber Reason: {number} is not valid")
    return number
