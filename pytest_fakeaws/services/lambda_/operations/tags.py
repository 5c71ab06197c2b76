"""Operations on the tags of a function."""

from __future__ import annotations

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.ports import Parameters, Result


def tag_resource(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html."""
    function = _tagged(directory, caller, parameters, "TagResource")
    tags = {**function.tags, **parameters["Tags"]}
    if len(tags) > limits.TAGS:
        raise InvalidParameterValue("Number of tags exceeds resource tag limit.")
    function.tags = tags
    return {}


def untag_resource(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html."""
    function = _tagged(directory, caller, parameters, "UntagResource")
    gone = parameters["TagKeys"]
    function.tags = {name: value for name, value in function.tags.items() if name not in gone}
    return {}


def list_tags(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html."""
    return {"Tags": dict(_tagged(directory, caller, parameters, "ListTags").tags)}


def _tagged(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Function:
    resource = parameters["Resource"]
    arn = Arn.parse(resource)
    kind = arn.resource.partition(":")[0] if arn is not None else "function"
    if kind != "function":
        raise NotSimulated(f"{operation} of a resource of the kind {kind}")
    target = directory.target(caller, resource, operation=operation)
    if target.arn != target.latest.arn:
        raise InvalidParameterValue(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    return target.latest
