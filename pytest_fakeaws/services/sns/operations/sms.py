"""Operations on text messages: settings, and who wants none."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import limits, protocols
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.operations.pages import page


def set_sms_attributes(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html."""
    directory.sms.account(caller).set(parameters["attributes"])
    return {}


def get_sms_attributes(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetSMSAttributes.html."""
    settings = directory.sms.account(caller).settings
    asked = parameters.get("attributes") or list(settings)
    return {"attributes": {name: settings[name] for name in asked if name in settings}}


def check_if_phone_number_is_opted_out(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_CheckIfPhoneNumberIsOptedOut.html."""
    number = _number(parameters)
    return {"isOptedOut": number in directory.sms.account(caller).opted_out}


def list_phone_numbers_opted_out(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListPhoneNumbersOptedOut.html."""
    numbers = sorted(directory.sms.account(caller).opted_out)
    shown, following = page(numbers, str, parameters.get("nextToken"))
    result: Result = {"phoneNumbers": shown}
    return {**result, "nextToken": following} if following else result


def opt_in_phone_number(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_OptInPhoneNumber.html."""
    directory.sms.account(caller).opt_in(_number(parameters), directory.now)
    return {}


def list_origination_numbers(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListOriginationNumbers.html.

    There are none: nothing in the API of SNS makes one.
    """
    size = parameters.get("MaxResults")
    low, high = limits.ORIGINATION_PAGE
    if size is not None and not low <= size <= high:
        raise InvalidParameter(f"MaxResults Reason: must be between {low} and {high}")
    page([], str, parameters.get("NextToken"))
    return {"PhoneNumbers": []}


def _number(parameters: Parameters) -> str:
    number: str = parameters["phoneNumber"]
    if not protocols.is_phone_number(number):
        raise InvalidParameter(f"PhoneNumber Reason: {number} is not valid")
    return number
