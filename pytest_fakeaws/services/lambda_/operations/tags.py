"""Operations on the tags of functions, event source mappings and what is only kept."""

from __future__ import annotations

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory, Tags
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue, MappingNotFound
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.ports import Parameters, Result


def tag_resource(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html."""
    tagged = _tagged(directory, caller, parameters, "TagResource")
    tags = {**tagged.tags, **parameters["Tags"]}
    if len(tags) > limits.TAGS:
        raise InvalidParameterValue("Number of tags exceeds resource tag limit.")
    tagged.tags = tags
    return {}


def untag_resource(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html."""
    tagged = _tagged(directory, caller, parameters, "UntagResource")
    gone = parameters["TagKeys"]
    tagged.tags = {name: value for name, value in tagged.tags.items() if name not in gone}
    return {}


def list_tags(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html."""
    return {"Tags": dict(_tagged(directory, caller, parameters, "ListTags").tags)}


def _tagged(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Function | EventSourceMapping | Tags:
    resource = parameters["Resource"]
    arn = Arn.parse(resource)
    kind, _, uuid = arn.resource.partition(":") if arn is not None else ("function", "", "")
    if kind == "event-source-mapping":
        return directory.mappings.find(caller, uuid)
    if kind in ("capacity-provider", "code-signing-config"):
        if resource not in directory.stored_tags or not resource.startswith(
            caller.arn("lambda", "")
        ):
            raise MappingNotFound
        return directory.stored_tags[resource]
    if kind != "function":
        raise NotSimulated(f"{operation} of a resource of the kind {kind}")
    target = directory.target(caller, resource, operation=operation)
    if target.arn != target.latest.arn:
        raise InvalidParameterValue(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    return target.latest
