import json

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.journal.entries import CallAnswered
from pytest_fakeaws.services.sqs import errors, limits

AWS = "AWS.SimpleQueueService."


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


def missing_queue(sqs, url):
    sqs.send_message(QueueUrl=f"{url}-missing", MessageBody="a")


def other_attributes(sqs, url):
    sqs.create_queue(QueueName="orders", Attributes={"DelaySeconds": "5"})


def deleted_recently(sqs, url):
    sqs.delete_queue(QueueUrl=url)
    sqs.create_queue(QueueName="orders")


def purged_twice(sqs, url):
    sqs.purge_queue(QueueUrl=url)
    sqs.purge_queue(QueueUrl=url)


def bad_name(sqs, url):
    sqs.create_queue(QueueName="no spaces")


def unknown_attribute(sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Colour": "red"})


def fifo_attribute(sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DeduplicationScope": "queue"})


def bad_attribute(sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "43201"})


def bad_policy(sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": "nonsense"})


def too_many_at_once(sqs, url):
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=11)


def too_long(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="a" * 1_048_577)


def empty_attribute(sqs, url):
    attributes = {"colour": {"DataType": "String", "StringValue": ""}}
    sqs.send_message(QueueUrl=url, MessageBody="a", MessageAttributes=attributes)


def no_body(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="")


def bad_character(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="\x00")


def bad_handle(sqs, url):
    sqs.delete_message(QueueUrl=url, ReceiptHandle="garbage")


def too_many_in_flight(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    sqs.receive_message(QueueUrl=url)
    sqs.receive_message(QueueUrl=url)


def empty_batch(sqs, url):
    sqs.send_message_batch(QueueUrl=url, Entries=[])


def long_batch(sqs, url):
    entries = [{"Id": str(number), "ReceiptHandle": "a"} for number in range(20)]
    sqs.delete_message_batch(QueueUrl=url, Entries=entries)


def repeated_id(sqs, url):
    entry = {"Id": "one", "MessageBody": "a"}
    sqs.send_message_batch(QueueUrl=url, Entries=[entry, entry])


def bad_id(sqs, url):
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "no spaces", "MessageBody": "a"}])


def heavy_batch(sqs, url):
    entries = [{"Id": str(number), "MessageBody": "a" * 524_289} for number in range(2)]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)


def bad_fifo_name(sqs, url):
    sqs.create_queue(QueueName="orders", Attributes={"FifoQueue": "true"})


def nothing_to_tell_apart(sqs, url):
    fifo = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    sqs.send_message(QueueUrl=fifo, MessageBody="a", MessageGroupId="g")


def stranger(sqs, url):
    # An access key that the fake knows as another account's.
    boto3.client("sqs", aws_access_key_id="AKIASTRANGER", aws_secret_access_key="-").send_message(
        QueueUrl=url, MessageBody="a"
    )


def missing_source(sqs, url):
    sqs.start_message_move_task(SourceArn="arn:aws:sqs:us-east-1:123456789012:missing")


def over_already(sqs, url):
    dead = "arn:aws:sqs:us-east-1:123456789012:dead"
    policy = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 1})
    sqs.create_queue(QueueName="dead")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    handle = sqs.start_message_move_task(SourceArn=dead)["TaskHandle"]
    sqs.cancel_message_move_task(TaskHandle=handle)
    sqs.cancel_message_move_task(TaskHandle=handle)


def too_many_actions(sqs, url):
    sqs.add_permission(
        QueueUrl=url, Label="all", AWSAccountIds=["210987654321"], Actions=["SendMessage"] * 8
    )


VALUE = "InvalidParameterValue", "InvalidParameterValueException", 400
CASES = {
    errors.QueueDoesNotExist: (
        missing_queue,
        (f"{AWS}NonExistentQueue", "QueueDoesNotExist", 400),
        "The specified queue does not exist.",
    ),
    errors.QueueNameExists: (
        other_attributes,
        ("QueueAlreadyExists", "QueueNameExists", 400),
        (
            "A queue already exists with the same name and a different value for attribute "
            "DelaySeconds"
        ),
    ),
    errors.QueueDeletedRecently: (
        deleted_recently,
        (f"{AWS}QueueDeletedRecently", "QueueDeletedRecently", 400),
        (
            "You must wait 60 seconds after deleting a queue before you can create another with the "
            "same name."
        ),
    ),
    errors.PurgeQueueInProgress: (
        purged_twice,
        (f"{AWS}PurgeQueueInProgress", "PurgeQueueInProgress", 403),
        "Only one PurgeQueue operation on orders is allowed every 60 seconds.",
    ),
    errors.InvalidQueueName: (
        bad_name,
        VALUE,
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ),
    errors.InvalidFifoQueueName: (
        bad_fifo_name,
        VALUE,
        (
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
            "underscores, must end with .fifo suffix and be 1 to 80 in length."
        ),
    ),
    errors.MissingDeduplicationId: (
        nothing_to_tell_apart,
        VALUE,
        (
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly"
        ),
    ),
    errors.AccessDenied: (
        stranger,
        ("AccessDenied", "AccessDeniedException", 403),
        (
            "User: arn:aws:iam::210987654321:root is not authorized to perform: sqs:sendmessage on "
            "resource: arn:aws:sqs:us-east-1:123456789012:orders because no resource-based policy "
            "allows the sqs:sendmessage action"
        ),
    ),
    errors.ResourceNotFound: (
        missing_source,
        ("ResourceNotFoundException", "ResourceNotFoundException", 404),
        "The resource that you specified for the SourceArn parameter doesn't exist.",
    ),
    errors.UnsupportedOperation: (
        over_already,
        (f"{AWS}UnsupportedOperation", "UnsupportedOperation", 400),
        "Only active tasks can be cancelled.",
    ),
    errors.TooManyActions: (
        too_many_actions,
        ("OverLimit", "OverLimit", 403),
        "8 Actions were found, maximum allowed is 7.",
    ),
    errors.UnknownAttribute: (
        unknown_attribute,
        ("InvalidAttributeName", "InvalidAttributeName", 400),
        "Unknown Attribute Colour.",
    ),
    errors.FifoOnlyAttribute: (
        fifo_attribute,
        ("InvalidAttributeName", "InvalidAttributeName", 400),
        "You can specify the DeduplicationScope only when FifoQueue is set to true.",
    ),
    errors.InvalidAttributeValue: (
        bad_attribute,
        ("InvalidAttributeValue", "InvalidAttributeValue", 400),
        "Invalid value for the parameter VisibilityTimeout.",
    ),
    errors.InvalidRedrivePolicy: (
        bad_policy,
        VALUE,
        (
            "Value nonsense for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a "
            "valid JSON map."
        ),
    ),
    errors.InvalidParameterValue: (
        too_many_at_once,
        VALUE,
        (
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, "
            "if provided."
        ),
    ),
    errors.InvalidParameters: (
        too_long,
        VALUE,
        "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    ),
    errors.InvalidRequest: (
        empty_attribute,
        VALUE,
        "Message (user) attribute 'colour' must contain a non-empty value of type 'String'.",
    ),
    errors.MissingParameter: (
        no_body,
        ("MissingParameter", "MissingRequiredParameterException", 400),
        "The request must contain the parameter MessageBody.",
    ),
    errors.InvalidMessageContents: (
        bad_character,
        ("InvalidMessageContents", "InvalidMessageContents", 400),
        (
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | "
            "#x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
        ),
    ),
    errors.ReceiptHandleIsInvalid: (
        bad_handle,
        ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 400),
        'The input receipt handle "garbage" is not a valid receipt handle.',
    ),
    errors.OverLimit: (
        too_many_in_flight,
        ("OverLimit", "OverLimit", 403),
        "Too many messages are in flight: a standard queue can have 120000 at most.",
    ),
    errors.EmptyBatchRequest: (
        empty_batch,
        (f"{AWS}EmptyBatchRequest", "EmptyBatchRequest", 400),
        "There should be at least one SendMessageBatchRequestEntry in the request.",
    ),
    errors.TooManyEntriesInBatchRequest: (
        long_batch,
        (f"{AWS}TooManyEntriesInBatchRequest", "TooManyEntriesInBatchRequest", 400),
        "Maximum number of entries per request are 10. You have sent 20.",
    ),
    errors.BatchEntryIdsNotDistinct: (
        repeated_id,
        (f"{AWS}BatchEntryIdsNotDistinct", "BatchEntryIdsNotDistinct", 400),
        "Id one repeated.",
    ),
    errors.InvalidBatchEntryId: (
        bad_id,
        (f"{AWS}InvalidBatchEntryId", "InvalidBatchEntryId", 400),
        (
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It "
            "can be at most 80 letters long."
        ),
    ),
    errors.BatchRequestTooLong: (
        heavy_batch,
        (f"{AWS}BatchRequestTooLong", "BatchRequestTooLong", 400),
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes.",
    ),
}


@pytest.mark.fakeaws(accounts={"AKIASTRANGER": "210987654321"})
@pytest.mark.parametrize("error", CASES, ids=lambda error: error.__name__)
def test_an_error_reads_as_aws_words_it(sqs, url, monkeypatch, error):
    """Old code, modelled code, status, fault and text arrive as boto3 shows them."""
    provoke, (code, query_code, status), text = CASES[error]
    monkeypatch.setattr(limits, "IN_FLIGHT", 1)
    with pytest.raises(ClientError) as caught:
        provoke(sqs, url)
    response = caught.value.response
    assert response["Error"] == {
        "Code": code,
        "QueryErrorCode": query_code,
        "Message": text,
        "Type": "Sender",
    }
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_every_error_is_provoked_here():
    """All but the one that only an entry of a batch is told."""
    assert set(errors.TABLE) - set(CASES) == {errors.UnvalidatedParameters}


def test_an_entry_that_is_too_long_is_told_so(sqs, url):
    """In a batch the error of a long message is worded otherwise than for a single send."""
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "1024"})
    entries = [{"Id": "one", "MessageBody": "a" * 1_025}]
    answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert answer["Failed"] == [
        {
            "Id": "one",
            "SenderFault": True,
            "Code": "InvalidParameterValue",
            "Message": "One or more parameters cannot be validated. Reason: Message must be "
            "shorter than 1024 bytes.",
        }
    ]


@pytest.mark.parametrize(
    ("provoke", "name"),
    [
        (missing_queue, "QueueDoesNotExist"),
        (other_attributes, "QueueNameExists"),
        (purged_twice, "PurgeQueueInProgress"),
        (bad_handle, "ReceiptHandleIsInvalid"),
    ],
)
def test_an_error_is_caught_by_its_modelled_class(sqs, url, provoke, name):
    """The exception class is picked by the modelled code."""
    with pytest.raises(getattr(sqs.exceptions, name)):
        provoke(sqs, url)


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        (
            {"MaxNumberOfMessages": 0},
            (
                "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and "
                "10, if provided."
            ),
        ),
        (
            {"WaitTimeSeconds": 21},
            (
                "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, "
                "if provided."
            ),
        ),
        (
            {"VisibilityTimeout": 43_201},
            (
                "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and "
                "<= 43200, if provided."
            ),
        ),
    ],
)
def test_a_receive_s_numbers_have_bounds(sqs, url, parameters, text):
    """A number out of AWS's range is refused with the range."""
    with pytest.raises(ClientError) as caught:
        sqs.receive_message(QueueUrl=url, **parameters)
    assert caught.value.response["Error"]["Message"] == text


@pytest.mark.parametrize("delay", [-1, 901])
def test_a_delay_has_bounds(sqs, url, delay):
    """A message can be delayed for 15 minutes at most."""
    with pytest.raises(ClientError, match="DelaySeconds must be >= 0 and <= 900"):
        sqs.send_message(QueueUrl=url, MessageBody="a", DelaySeconds=delay)


@pytest.mark.parametrize(
    ("attribute", "values"),
    {
        "VisibilityTimeout": ("-1", "43201", "1.5", "soon"),
        "DelaySeconds": ("-1", "901"),
        "MessageRetentionPeriod": ("59", "1209601"),
        "MaximumMessageSize": ("1023", "1048577"),
        "ReceiveMessageWaitTimeSeconds": ("-1", "21"),
        "KmsDataKeyReusePeriodSeconds": ("59", "86401"),
        "SqsManagedSseEnabled": ("yes",),
        "Policy": ("nonsense",),
        "RedriveAllowPolicy": ("[]",),
    }.items(),
)
def test_a_queue_attribute_has_bounds(sqs, url, attribute, values):
    """A value out of range, or of the wrong form, is refused by the attribute's name."""
    for value in values:
        with pytest.raises(ClientError, match=f"Invalid value for the parameter {attribute}"):
            sqs.set_queue_attributes(QueueUrl=url, Attributes={attribute: value})


def test_a_refused_change_changes_no_attribute(sqs, url):
    """One bad value among several leaves all as they were."""
    with pytest.raises(ClientError):
        sqs.set_queue_attributes(
            QueueUrl=url, Attributes={"DelaySeconds": "5", "VisibilityTimeout": "-1"}
        )
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
    assert answer["Attributes"] == {"DelaySeconds": "0"}


@pytest.mark.parametrize("name", ["AWS.colour", "amazon.x", ".a", "a.", "a..b", "a b", "a" * 257])
def test_a_message_attribute_s_name_has_rules(sqs, url, name):
    """Reserved prefixes, stray periods, other characters and long names are refused."""
    attributes = {name: {"DataType": "String", "StringValue": "a"}}
    with pytest.raises(ClientError, match="MessageAttributeName"):
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageAttributes=attributes)


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ({"DataType": "Text", "StringValue": "a"}, "type prefixes: Binary, Number, String"),
        ({"DataType": "Number", "StringValue": "one"}, "Can't cast the value"),
        ({"DataType": "Binary", "BinaryValue": b""}, "non-empty value of type 'Binary'"),
        ({"DataType": "String", "StringValue": "\x00"}, "Invalid characters found"),
    ],
)
def test_a_message_attribute_s_value_has_rules(sqs, url, attribute, text):
    """A value must be there, of a known type, and readable as that type."""
    with pytest.raises(ClientError, match=text):
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageAttributes={"colour": attribute})


def test_a_message_has_ten_attributes_at_the_most(sqs, url):
    """The eleventh attribute refuses the message."""
    attributes = {f"a{number}": {"DataType": "String", "StringValue": "a"} for number in range(11)}
    with pytest.raises(ClientError, match=r"\[11\] exceeds the allowed maximum \[10\]"):
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageAttributes=attributes)


def test_changing_the_visibility_without_a_timeout_is_refused(sqs, url):
    """An entry of a batch may leave out what AWS needs all the same."""
    sqs.send_message(QueueUrl=url, MessageBody="a")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    entries = [{"Id": "one", "ReceiptHandle": message["ReceiptHandle"]}]
    answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
    assert answer["Failed"][0]["Message"] == (
        "The request must contain the parameter VisibilityTimeout."
    )


def test_a_failed_call_carries_its_evidence_in_the_journal(sqs, url, fakeaws):
    """The timeline shows the code that AWS would answer."""
    with pytest.raises(ClientError):
        bad_handle(sqs, url)
    last = list(fakeaws.journal)[-1]
    assert last.fact == CallAnswered("sqs", "DeleteMessage", "ReceiptHandleIsInvalid")
