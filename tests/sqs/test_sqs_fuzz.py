"""Whatever a client sends, SQS answers as modelled: a result, an error of AWS's, or a refusal by name."""

from __future__ import annotations

import json
from functools import cache

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.sqs.errors import TABLE

MODEL = get_session().get_service_model("sqs")
CODES = {wording.code for wording in TABLE.values()}
LEFT_OUT = {"Successful": [], "Failed": []}  # which the answer to a batch has only if not empty
ARN = "arn:aws:sqs:us-east-1:123456789012:"
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/"
QUEUES = ("orders", "dead", "orders.fifo", "dead.fifo", "nowhere")

TEXTS = st.one_of(
    st.sampled_from(["", "0", "1", "true", "All", "a", ".", "\x00", "\ud800", "🦊", "9" * 5000]),
    st.text(max_size=5),
)
INTEGERS = st.one_of(
    st.sampled_from([-1, 0, 1, 10, 11, 20, 21, 500, 900, 43_200, 1_209_600, 2**31, 2**63]),
    st.integers(),
)
BLOBS = st.one_of(st.binary(max_size=4), st.text(max_size=2), st.builds(bytearray, st.just(b"a")))
WRONG = st.sampled_from([None, 1, "text", b"bytes", [], {}, 1.5, [None], object()])

# Texts that are JSON: policies, more or less.
KEYS = st.sampled_from(
    [
        "Version",
        "Statement",
        "Sid",
        "Effect",
        "Principal",
        "AWS",
        "Action",
        "NotAction",
        "Resource",
        "Condition",
        "StringEquals",
        "aws:SourceArn",
        "maxReceiveCount",
        "deadLetterTargetArn",
        "redrivePermission",
        "sourceQueueArns",
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 3),
    st.floats(),
    st.sampled_from(["", "Allow", "Deny", "*", "sqs:*", "byQueue", "denyAll", f"{ARN}dead"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda parts: st.lists(parts, max_size=2) | st.dictionaries(KEYS, parts, max_size=4),
    max_leaves=6,
)
STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Principal": st.sampled_from(["*", {"AWS": "123456789012"}]) | VALUES,
        "Action": st.sampled_from(["*", "sqs:SendMessage"]) | VALUES,
    },
    optional={"Sid": LEAVES, "Resource": VALUES, "Condition": VALUES | st.just({"Null": {}})},
)
DOCUMENTS = {
    "Policy": st.fixed_dictionaries({"Statement": STATEMENTS | st.lists(STATEMENTS) | VALUES}),
    "RedrivePolicy": st.fixed_dictionaries(
        {"maxReceiveCount": LEAVES},
        optional={"deadLetterTargetArn": st.sampled_from([f"{ARN}{name}" for name in QUEUES])},
    ),
    "RedriveAllowPolicy": st.fixed_dictionaries(
        {"redrivePermission": st.sampled_from(["allowAll", "denyAll", "byQueue"])},
        optional={"sourceQueueArns": VALUES},
    ),
}


def mostly(common, rare, *, times):
    """The one strategy so many times as often as the other."""
    return st.sampled_from([common] * times + [rare]).flatmap(lambda strategy: strategy)


def prepare(client):
    """Queues with messages that wait and that are in flight, and a move task; returns what names them."""
    urls = {}
    for name in ("dead", "orders", "dead.fifo", "orders.fifo"):
        attributes = {"ContentBasedDeduplication": "true", "FifoQueue": "true"}
        if not name.endswith(".fifo"):
            attributes = {}
        if name.startswith("orders"):
            policy = {
                "deadLetterTargetArn": ARN + name.replace("orders", "dead"),
                "maxReceiveCount": 1,
            }
            attributes["RedrivePolicy"] = json.dumps(policy)
        urls[name] = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    handles = []
    for url in urls.values():
        for body in "abc":
            group = {"MessageGroupId": "g"} if url.endswith(".fifo") else {}
            client.send_message(QueueUrl=url, MessageBody=body, **group)
        answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=2)
        handles += [message["ReceiptHandle"] for message in answer["Messages"]]
    client.add_permission(
        QueueUrl=urls["orders"], Label="a", AWSAccountIds=["210987654321"], Actions=["SendMessage"]
    )
    task = client.start_message_move_task(
        SourceArn=f"{ARN}dead.fifo", MaxNumberOfMessagesPerSecond=1
    )
    return handles, task["TaskHandle"]


@pytest.fixture(scope="module")
def client():
    """One client for all examples; it outlives their fakes."""
    return boto3.client(
        "sqs", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


@pytest.fixture(scope="module")
def known(client):
    """Strategies for members whose values must be known to the fake; the same in every example."""
    with FakeAWS():
        handles, task = prepare(client)
    arns = st.sampled_from([ARN + name for name in QUEUES])
    urls = st.sampled_from([*QUEUES[:4], *(URL + name for name in QUEUES)])
    names = st.sampled_from(MODEL.shape_for("QueueAttributeName").enum)
    documents = [
        st.fixed_dictionaries({name: mostly(document, VALUES, times=5).map(json.dumps)})
        for name, document in DOCUMENTS.items()
    ]
    return {
        "QueueUrl": urls,
        "QueueName": st.sampled_from([*QUEUES, "new", "new.fifo"]),
        "QueueNamePrefix": st.sampled_from(["", "o", "z"]),
        "SourceArn": arns,
        "DestinationArn": arns,
        "ReceiptHandle": st.sampled_from(handles),
        "TaskHandle": st.just(task),
        "Id": st.text("abcdefgh", min_size=1, max_size=3),
        "Label": st.sampled_from("abc"),
        "AWSAccountIds": st.just(["123456789012"]),
        "Actions": st.sampled_from([["*"], ["SendMessage", "PurgeQueue"], ["DeleteQueue"]]),
        "NextToken": st.sampled_from(["b3JkZXJz", "a", "\xe9"]),
        "MessageBody": st.sampled_from("abc"),
        "MessageGroupId": st.sampled_from("gh"),
        "MessageDeduplicationId": st.sampled_from("12"),
        "ReceiveRequestAttemptId": st.sampled_from("12"),
        "DataType": st.sampled_from(["String", "Number", "Binary", "Number.int"]),
        "StringValue": st.sampled_from(["a", "1", "1e3"]),
        "Attributes": st.one_of(*documents, st.dictionaries(names, TEXTS, max_size=3)),
    }


class Fuzz:
    """Calls by the service's model.

    Args:
        known: Strategies by the name of the member that they are for.
    """

    def __init__(self, known):
        self.known = known
        self.of = cache(self.of)

    def of(self, shape, name=""):
        """Values of a shape, for the member called *name*; now and then none at all."""
        fitting = getattr(self, shape.type_name)(shape)
        # What is known gets furthest; each call has many members, and one wrong one ends it.
        return mostly(mostly(self.known.get(name, fitting), fitting, times=5), WRONG, times=80)

    def structure(self, shape):
        """What is required is there as a rule, whatever else now and then."""
        members = {name: self.of(member, name) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required_members}
        complete = st.fixed_dictionaries(required, optional=members)
        return mostly(
            complete,
            st.fixed_dictionaries({}, optional={**required, **members, "NoSuchMember": st.just(1)}),
            times=30,
        )

    def list(self, shape):
        """As long as a batch may be, and longer."""
        members = self.of(shape.member)
        longer = st.lists(members, min_size=10, max_size=11)
        return mostly(st.lists(members, min_size=1, max_size=3), longer | st.just([]), times=10)

    def map(self, shape):
        """Keys of the model, and any."""
        names = self.string(shape.key) | st.sampled_from(["a", "b"])
        return st.dictionaries(names, self.of(shape.value), max_size=2)

    def string(self, shape):
        """One of the model's values where it lists them."""
        return mostly(st.sampled_from(shape.enum), TEXTS, times=5) if shape.enum else TEXTS

    def integer(self, _):
        """Those at the edges more often."""
        return INTEGERS

    def boolean(self, _):
        """Either."""
        return st.booleans()

    def blob(self, _):
        """Whatever botocore takes for bytes."""
        return BLOBS

    def calls(self):
        """A few calls in a row: operation and parameters."""
        calls = [
            st.tuples(st.just(name), self.structure(MODEL.operation_model(name).input_shape))
            for name in sorted(MODEL.operation_names)
        ]
        return st.lists(st.one_of(calls), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def calls(known):
    """Random calls of everything that SQS offers."""
    return Fuzz(known).calls()


def attempt(client, operation, parameters):
    """Make a call, and say whether its answer has the modelled shape or a code that AWS knows."""
    try:
        answer = client._make_api_call(operation, parameters)
    except ClientError as error:
        return error.response["Error"]["Code"] in CODES
    except (ParamValidationError, NotSimulated):
        return True
    answer.pop("ResponseMetadata")
    shape = MODEL.operation_model(operation).output_shape
    if shape is None:
        return not answer
    failed = {entry["Code"] for entry in answer.get("Failed", ())}
    whole = {**LEFT_OUT, **answer} if operation.endswith("Batch") else answer
    return failed <= CODES and not ParamValidator().validate(whole, shape).generate_report()


def works(client):
    """Whether a new queue carries a message."""
    url = client.create_queue(QueueName="later")["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody="still here")
    received = client.receive_message(QueueUrl=url)["Messages"]
    return [message["Body"] for message in received] == ["still here"]


@pytest.mark.slow
@settings(
    max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_any_call_is_answered_as_aws_would_or_refused_by_name(client, calls, data):
    """And the fake lives on, its clock too."""
    with FakeAWS(host_time="off") as aws:
        prepare(client)
        for operation, parameters in data.draw(calls):
            assert attempt(client, operation, parameters)
        for name in QUEUES:  # whatever was set
            assert attempt(client, "SendMessage", {"QueueUrl": name, "MessageBody": "a"})
            assert attempt(client, "ReceiveMessage", {"QueueUrl": name})
            assert attempt(client, "ListDeadLetterSourceQueues", {"QueueUrl": name})
        aws.clock.advance("1h")
        assert works(client)


ODD = [
    ("ListQueues", {"NextToken": "\xe9"}, "InvalidParameterValue"),
    (
        "SendMessage",
        {
            "QueueUrl": "orders",
            "MessageBody": "a",
            "MessageSystemAttributes": {"b": {"DataType": "String", "StringValue": "c"}},
        },
        "InvalidParameterValue",
    ),
    *(
        (
            "SetQueueAttributes",
            {"QueueUrl": "orders", "Attributes": {name: text}},
            "InvalidAttributeValue",
        )
        for name, text in [
            ("VisibilityTimeout", "9" * 5000),
            ("Policy", '{"Statement": 1}'),
            ("Policy", '{"Statement": [{"Effect": "Allow", "Condition": {"Bool": 1}}]}'),
            ("Policy", "[" * 100_000),
        ]
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "code"), ODD)
def test_an_odd_call_gets_an_error_of_sqs(client, operation, parameters, code):
    """Nothing that Python would say of it."""
    with FakeAWS(host_time="off"):
        prepare(client)
        with pytest.raises(ClientError) as caught:
            client._make_api_call(operation, parameters)
    assert caught.value.response["Error"]["Code"] == code


def test_bytes_may_be_given_as_text(client):
    """As botocore takes them; they are received as bytes."""
    attribute = {"DataType": "Binary", "BinaryValue": "a"}
    with FakeAWS(host_time="off"):
        url = client.create_queue(QueueName="orders")["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody="a", MessageAttributes={"of": attribute})
        answer = client.receive_message(QueueUrl=url, MessageAttributeNames=["All"])
    received = answer["Messages"][0]["MessageAttributes"]
    assert received == {"of": {"DataType": "Binary", "BinaryValue": b"a"}}


def test_a_dead_letter_queue_that_denies_all_may_name_no_sources(client):
    """Whether it names none, or nothing."""
    policy = {"deadLetterTargetArn": f"{ARN}dead", "maxReceiveCount": 1}
    denial = {"redrivePermission": "denyAll", "sourceQueueArns": None}
    with FakeAWS(host_time="off"):
        client.create_queue(QueueName="dead", Attributes={"RedriveAllowPolicy": json.dumps(denial)})
        with pytest.raises(ClientError, match="does not allow this source queue"):
            client.create_queue(
                QueueName="orders", Attributes={"RedrivePolicy": json.dumps(policy)}
            )
