"""SQS's model as it was until 2023, when its clients spoke the query protocol."""

import botocore.session

_ELEMENTS = {
    "AWSAccountIdList": "AWSAccountId",
    "ActionNameList": "ActionName",
    "AttributeNameList": "AttributeName",
    "BinaryList": "BinaryListValue",
    "MessageAttributeNameList": "MessageAttributeName",
    "MessageBodyAttributeMap": "MessageAttribute",
    "MessageBodySystemAttributeMap": "MessageSystemAttribute",
    "MessageList": "Message",
    "MessageSystemAttributeList": "MessageSystemAttributeName",
    "MessageSystemAttributeMap": "Attribute",
    "QueueAttributeMap": "Attribute",
    "QueueUrlList": "QueueUrl",
    "StringList": "StringListValue",
    "TagKeyList": "TagKey",
    "TagMap": "Tag",
}


def older_client(region="us-east-1"):
    """A client of SQS that speaks the query protocol."""
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def load_older(service, kind, api_version=None):
        model = load(service, kind, api_version)
        return _older(model) if (service, kind) == ("sqs", "service-2") else model

    loader.load_service_model = load_older
    return session.create_client("sqs", region)


def _older(model):
    metadata = {
        key: value
        for key, value in model["metadata"].items()
        if key not in {"awsQueryCompatible", "jsonVersion", "protocols", "targetPrefix"}
    }
    metadata["protocol"] = "query"
    metadata["xmlNamespace"] = "http://queue.amazonaws.com/doc/2012-11-05/"
    operations = {
        name: {**operation, "output": {**output, "resultWrapper": f"{name}Result"}}
        if (output := operation.get("output"))
        else operation
        for name, operation in model["operations"].items()
    }
    shapes = {name: _shape(name, shape) for name, shape in model["shapes"].items()}
    return {**model, "metadata": metadata, "operations": operations, "shapes": shapes}


def _shape(name, shape):
    if shape["type"] == "list":
        element = _ELEMENTS.get(name, shape["member"]["shape"])
        member = {**shape["member"], "locationName": element}
        return {**shape, "member": member, "flattened": True}
    if shape["type"] == "map":
        element = _ELEMENTS[name]
        return {
            **shape,
            "key": {**shape["key"], "locationName": "Key" if element == "Tag" else "Name"},
            "value": {**shape["value"], "locationName": "Value"},
            "flattened": True,
            "locationName": element,
        }
    return shape
