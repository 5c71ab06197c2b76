"""Who may use a queue: policies, permissions, and what only the owner may do."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.errors import NotSimulated

US, THEM = "123456789012", "210987654321"
THEIR_ROOT = f"arn:aws:iam::{THEM}:root"


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def stranger(fakeaws):
    """A client of another account."""
    return boto3.client("sqs", **fakeaws.credentials(THEM))


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


@pytest.fixture
def policy(sqs, url):
    """Reads the queue's policy, or sets one of these statements."""

    def policy(*statements):
        if statements:
            text = json.dumps({"Version": "2012-10-17", "Statement": statements})
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        return json.loads(answer["Attributes"]["Policy"]) if "Attributes" in answer else None

    return policy


@pytest.fixture
def grant(sqs, url):
    """Adds a permission for the other account."""

    def grant(*actions, label="them", accounts=(THEM,)):
        sqs.add_permission(
            QueueUrl=url, Label=label, AWSAccountIds=list(accounts), Actions=list(actions)
        )

    return grant


# Permissions


def test_a_permission_is_a_statement_of_the_policy(url, grant, policy):
    """Its label is the statement's id."""
    grant("SendMessage")
    assert policy() == {
        "Version": "2008-10-17",
        "Id": f"arn:aws:sqs:us-east-1:{US}:orders/SQSDefaultPolicy",
        "Statement": [
            {
                "Sid": "them",
                "Effect": "Allow",
                "Principal": {"AWS": THEIR_ROOT},
                "Action": "SQS:SendMessage",
                "Resource": f"arn:aws:sqs:us-east-1:{US}:orders",
            }
        ],
    }


def test_a_permission_may_be_for_several_accounts_and_actions(grant, policy):
    """They become lists."""
    grant("SendMessage", "ReceiveMessage", accounts=[THEM, "111111111111"])
    [statement] = policy()["Statement"]
    assert statement["Principal"] == {"AWS": [THEIR_ROOT, "arn:aws:iam::111111111111:root"]}
    assert statement["Action"] == ["SQS:SendMessage", "SQS:ReceiveMessage"]


def test_permissions_add_up(grant, policy):
    """Each has its own label."""
    grant("SendMessage", label="one")
    grant("ReceiveMessage", label="two")
    assert [statement["Sid"] for statement in policy()["Statement"]] == ["one", "two"]


def test_a_permission_joins_a_policy_that_was_set(grant, policy):
    """Even one whose statement is no list."""
    policy({"Sid": "own", "Effect": "Deny", "Principal": "*", "Action": "sqs:PurgeQueue"})
    grant("SendMessage")
    assert [statement["Sid"] for statement in policy()["Statement"]] == ["own", "them"]


def test_a_permission_is_taken_away_by_its_label(sqs, url, grant, policy):
    """The others stay."""
    grant("SendMessage", label="one")
    grant("ReceiveMessage", label="two")
    sqs.remove_permission(QueueUrl=url, Label="one")
    assert [statement["Sid"] for statement in policy()["Statement"]] == ["two"]


def test_the_last_permission_takes_the_policy_with_it(sqs, url, grant, policy):
    """The attribute Policy is gone."""
    grant("SendMessage")
    sqs.remove_permission(QueueUrl=url, Label="them")
    assert policy() is None


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"Label": "no spaces"}, "Value no spaces for parameter Label is invalid"),
        ({"Label": "a" * 81}, "for parameter Label is invalid"),
        ({"AWSAccountIds": []}, "must contain the parameter AWSAccountIds"),
        ({"AWSAccountIds": ["nobody"]}, "Unable to verify"),
        ({"Actions": []}, "must contain the parameter Actions"),
        ({"Actions": ["DeleteQueue"]}, "Only the queue owner is allowed to invoke this action"),
        ({"Actions": ["Dance"]}, "Value SQS:Dance for parameter ActionName is invalid"),
        ({"Actions": ["SendMessage"] * 8}, "8 Actions were found, maximum allowed is 7"),
    ],
)
def test_a_permission_has_rules(sqs, url, parameters, text):
    """A label, accounts, and up to seven actions that are not the owner's alone."""
    good = {"Label": "them", "AWSAccountIds": [THEM], "Actions": ["SendMessage"]}
    with pytest.raises(ClientError, match=text):
        sqs.add_permission(QueueUrl=url, **{**good, **parameters})


def test_a_label_is_given_once(grant):
    """A second permission of the same label is refused."""
    grant("SendMessage")
    with pytest.raises(ClientError, match="Already exists"):
        grant("ReceiveMessage")


def test_a_label_that_is_not_there_cannot_be_taken_away(sqs, url):
    """The error names it."""
    with pytest.raises(ClientError, match="Value them for parameter Label is invalid"):
        sqs.remove_permission(QueueUrl=url, Label="them")


# Other accounts

USES = {
    "SendMessage": lambda client, url: client.send_message(QueueUrl=url, MessageBody="a"),
    "ReceiveMessage": lambda client, url: client.receive_message(QueueUrl=url),
    "GetQueueUrl": lambda client, url: client.get_queue_url(
        QueueName="orders", QueueOwnerAWSAccountId=US
    ),
    "GetQueueAttributes": lambda client, url: client.get_queue_attributes(QueueUrl=url),
    "PurgeQueue": lambda client, url: client.purge_queue(QueueUrl=url),
    "ListDeadLetterSourceQueues": lambda client, url: client.list_dead_letter_source_queues(
        QueueUrl=url
    ),
}


@pytest.mark.parametrize("action", USES)
def test_a_stranger_is_refused(stranger, url, action):
    """Without a policy a queue is its own account's."""
    with pytest.raises(ClientError, match="no resource-based policy allows") as caught:
        USES[action](stranger, url)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"


@pytest.mark.parametrize("action", USES)
def test_a_stranger_may_do_what_was_granted(stranger, url, grant, action):
    """The operation itself, or all."""
    grant(action)
    assert USES[action](stranger, url)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_stranger_may_do_nothing_else(stranger, url, grant):
    """One action is not another."""
    grant("SendMessage")
    with pytest.raises(ClientError, match="sqs:receivemessage"):
        stranger.receive_message(QueueUrl=url)


def test_a_batch_is_what_its_entries_are(stranger, url, grant):
    """SendMessage grants SendMessageBatch too."""
    grant("SendMessage")
    answer = stranger.send_message_batch(QueueUrl=url, Entries=[{"Id": "one", "MessageBody": "a"}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["one"]


def test_a_stranger_s_message_arrives(sqs, stranger, url, grant):
    """The queue is one and the same."""
    grant("SendMessage")
    stranger.send_message(QueueUrl=url, MessageBody="a")
    assert [m["Body"] for m in sqs.receive_message(QueueUrl=url)["Messages"]] == ["a"]


def test_a_permission_that_was_taken_away_counts_no_more(sqs, stranger, url, grant):
    """From the next call on."""
    grant("SendMessage")
    sqs.remove_permission(QueueUrl=url, Label="them")
    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.send_message(QueueUrl=url, MessageBody="a")


EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
ARN = f"arn:aws:sqs:us-east-1:{US}:orders"


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("add_permission", {"Label": "x", "AWSAccountIds": [THEM], "Actions": ["*"]}),
        ("remove_permission", {"Label": "x"}),
        ("delete_queue", {}),
        ("set_queue_attributes", {"Attributes": {"DelaySeconds": "1"}}),
        ("tag_queue", {"Tags": {"a": "b"}}),
        ("untag_queue", {"TagKeys": ["a"]}),
        ("list_queue_tags", {}),
        ("start_message_move_task", {"SourceArn": ARN}),
        ("list_message_move_tasks", {"SourceArn": ARN}),
    ],
)
def test_some_operations_are_the_owner_s_alone(stranger, url, policy, operation, parameters):
    """No policy grants them to another account."""
    policy(EVERYTHING)
    given = parameters if "SourceArn" in parameters else {"QueueUrl": url, **parameters}
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(stranger, operation)(**given)


def test_a_queue_of_a_stranger_is_not_listed(stranger, url):
    """Whatever its policy says."""
    assert "QueueUrls" not in stranger.list_queues()


def test_a_queue_url_without_owner_is_the_caller_s(stranger, url, policy):
    """A name alone means a queue of one's own."""
    policy(EVERYTHING)
    with pytest.raises(stranger.exceptions.QueueDoesNotExist):
        stranger.get_queue_url(QueueName="orders")


# The own account


@pytest.mark.parametrize("action", ["SendMessage", "ReceiveMessage", "GetQueueUrl"])
def test_a_policy_may_deny_in_the_own_account(sqs, url, policy, action):
    """The owner's callers are refused like others."""
    policy({"Effect": "Deny", "Principal": "*", "Action": f"sqs:{action}"})
    with pytest.raises(ClientError, match="AccessDenied"):
        USES[action](sqs, url)


def test_a_condition_decides_whether_a_statement_applies(sqs, stranger, url, policy):
    """Here about the caller."""
    condition = {"StringNotEquals": {"aws:PrincipalAccount": US}}
    deny = {**EVERYTHING, "Effect": "Deny", "Action": "sqs:SendMessage", "Condition": condition}
    policy(EVERYTHING, deny)
    assert "MessageId" in sqs.send_message(QueueUrl=url, MessageBody="a")
    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.send_message(QueueUrl=url, MessageBody="a")


def test_a_condition_that_is_not_simulated_is_refused_by_name(stranger, url, policy):
    """The call that it would decide about raises in the test."""
    policy({**EVERYTHING, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}})
    with pytest.raises(NotSimulated, match="IpAddress"):
        stranger.send_message(QueueUrl=url, MessageBody="a")
