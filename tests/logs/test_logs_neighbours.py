"""Groups of functions are ours; all other groups are those of whoever fakes CloudWatch Logs."""

import pytest
from botocore.stub import Stubber
from moto import mock_aws

from pytest_fakeaws.errors import NotSimulated, UnansweredCall

GROUP = "/aws/lambda/talk"


def names(logs, **given):
    pages = logs.get_paginator("describe_log_groups").paginate(**given)
    return [group["logGroupName"] for page in pages for group in page["logGroups"]]


@pytest.mark.slow
def test_groups_of_others_are_motos(talk, logs, messages):
    """Each call goes to whom its group belongs."""
    talk.invoke(["ours"])
    with mock_aws():
        logs.create_log_group(logGroupName="theirs")
        logs.create_log_stream(logGroupName="theirs", logStreamName="s")
        event = {"timestamp": 1893456000000, "message": "theirs"}
        logs.put_log_events(logGroupName="theirs", logStreamName="s", logEvents=[event])

        assert messages("theirs") == ["theirs"]
        assert messages(GROUP, filterPattern="ours") == ["ours\n"]
        with pytest.raises(NotSimulated, match="logs:DeleteLogGroup"):
            logs.delete_log_group(logGroupName=GROUP)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_groups_are_listed_with_those_of_moto(fakeaws, logs, size):
    """Theirs first, ours after them, in pages of any size."""
    ours = ["/aws/lambda/f0", "/aws/lambda/f1", "/aws/lambda/f2"]
    for name in ours:
        fakeaws.create_function(name.rpartition("/")[2], lambda *_: None).invoke()
    with mock_aws():
        for name in ("a", "b", "z"):
            logs.create_log_group(logGroupName=name)

        paging = {"PaginationConfig": {"PageSize": size}}
        assert names(logs, **paging) == ["a", "b", "z", *ours]
        assert names(logs, logGroupNamePrefix="/aws/", **paging) == ours
        assert names(logs, logGroupNamePrefix="z", **paging) == ["z"]


@pytest.mark.slow
def test_a_group_that_both_have_is_ours(fakeaws, logs):
    """A test's setup may have made it for moto before there was the function."""
    with mock_aws():
        logs.create_log_group(logGroupName=GROUP)
        fakeaws.create_function("talk", lambda *_: print("ours")).invoke()

        assert names(logs) == [GROUP]
        found = logs.filter_log_events(logGroupName=GROUP, filterPattern="ours")["events"]
        assert [event["message"] for event in found] == ["ours\n"]


def test_groups_of_functions_are_listed_alone_where_nobody_fakes_others(fakeaws, logs):
    """In pages too."""
    expected = [f"/aws/lambda/f{number}" for number in range(5)]
    for name in expected:
        fakeaws.create_function(name.rpartition("/")[2], lambda *_: None).invoke()

    assert names(logs, PaginationConfig={"PageSize": 2}) == expected
    assert names(logs, logGroupNamePattern="F3") == expected[3:4]
    answer = logs.describe_log_groups()
    assert len(answer["ResponseMetadata"]["RequestId"]) == 36


def test_a_bad_limit_of_that_list_is_refused(logs):
    """Although the answer has come from elsewhere by then."""
    with pytest.raises(logs.exceptions.InvalidParameterException, match="at 'limit'"):
        logs.describe_log_groups(limit=51)


def test_a_group_of_nobody_is_stopped_on_its_way_out(logs):
    """Nothing reaches the network."""
    with pytest.raises(UnansweredCall, match="GetLogEvents"):
        logs.get_log_events(logGroupName="/aws/lambda/none", logStreamName="s")


def test_a_stubber_wins(talk, logs):
    """As with every service."""
    talk.invoke([])
    with Stubber(logs) as stubber:
        stubber.add_response("describe_log_groups", {"logGroups": [{"logGroupName": "stubbed"}]})

        assert names(logs) == ["stubbed"]
