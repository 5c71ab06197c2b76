"""What tests of logs share."""

import boto3
import pytest


@pytest.fixture
def logs(fakeaws):
    """A client of CloudWatch Logs."""
    return boto3.client("logs")


@pytest.fixture
def messages(logs):
    """The messages that a search in a group finds."""

    def messages(group="/aws/lambda/talk", **given):
        answer = logs.filter_log_events(logGroupName=group, **given)
        return [event["message"] for event in answer["events"]]

    return messages


@pytest.fixture
def talk(fakeaws):
    """Creates a function that prints each line of its event."""

    def handler(event, context):
        for line in event:
            print(line)

    return fakeaws.create_function("talk", handler)
