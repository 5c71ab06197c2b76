"""The functions."""


def pack(event, context):
    """Pack orders."""
    for record in event["Records"]:
        print("packed", record["body"])


def bill(event, context):
    """Bill orders."""
    for record in event["Records"]:
        print("billed", record["body"])
