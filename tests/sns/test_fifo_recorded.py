"""What AWS answered about FIFO topics, and what reached their queues."""

import pytest

TESTS = "sns/test_sns.py::TestSNSSubscriptionSQSFifo::"


@pytest.fixture
def queue(sqs):
    """The URL and the ARN of a FIFO queue."""
    made = sqs.create_queue(QueueName="subscriber.fifo", Attributes={"FifoQueue": "true"})
    url = made["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, attributes["Attributes"]["QueueArn"]


@pytest.fixture
def received(sqs, queue):
    """Receives everything that is in the queue, with all attributes."""

    def received():
        return sqs.receive_message(
            QueueUrl=queue[0],
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )

    return received


@pytest.mark.parametrize("by_content", [True, False])
def test_batches_are_answered_and_delivered_as_recorded(
    recorded, sns, sqs, queue, received, by_content
):
    """The topic, the subscription, a batch, what the queue gets, and the same batch again."""
    answers = recorded(
        "sns", f"{TESTS}test_publish_batch_messages_from_fifo_topic_to_fifo_queue[{by_content}]"
    )

    def same(step, answer):
        assert answers.seen(step, answer) == answers[step]

    attributes = {"FifoTopic": "true", "ContentBasedDeduplication": str(by_content).lower()}
    topic = sns.create_topic(Name="recorded.fifo", Attributes=attributes)["TopicArn"]
    same("topic-attrs", sns.get_topic_attributes(TopicArn=topic))
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue[1],
        Attributes={"RawMessageDelivery": "true"},
    )["SubscriptionArn"]
    same("sub-attrs-raw-true", sns.get_subscription_attributes(SubscriptionArn=subscription))
    batch = [
        entry(number, message, by_content)
        for number, message in enumerate(answers["messages"]["Messages"])
    ]
    publish = {"TopicArn": topic, "PublishBatchRequestEntries": batch}
    same("publish-batch-response-fifo", sns.publish_batch(**publish))
    got = received()
    same("messages", {"Messages": got["Messages"]})
    for message in got["Messages"]:
        sqs.delete_message(QueueUrl=queue[0], ReceiptHandle=message["ReceiptHandle"])
    same("republish-batch-response-fifo", sns.publish_batch(**publish))
    same("duplicate-messages", received())


def entry(number, message, by_content):
    """The entry of a batch that a recorded message came from."""
    attributes = message["Attributes"]
    known_as = {"MessageDeduplicationId": attributes["MessageDeduplicationId"]}
    return {
        "Id": str(number + 1),
        "Message": message["Body"],
        "MessageGroupId": attributes["MessageGroupId"],
        "MessageAttributes": message.get("MessageAttributes", {}),
        **({} if by_content else known_as),
    }


@pytest.mark.parametrize("raw", [True, False])
def test_messages_that_only_the_topic_tells_apart_arrive_as_recorded(
    recorded, sns, queue, received, raw
):
    """The digest is the queue's deduplication id, though the queue makes none of its own."""
    answers = recorded(
        "sns", f"{TESTS}test_publish_to_fifo_topic_to_sqs_queue_no_content_dedup[{raw}]"
    )
    attributes = {"FifoTopic": "true", "ContentBasedDeduplication": "true"}
    topic = sns.create_topic(Name="recorded.fifo", Attributes=attributes)["TopicArn"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue[1],
        Attributes={"RawMessageDelivery": str(raw).lower()},
    )
    sns.publish(TopicArn=topic, Message="Test single", MessageGroupId="message-group-id-1")
    single = {"Id": "1", "Message": "Test batched", "MessageGroupId": "message-group-id-1"}
    sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[single])
    assert answers.seen("messages", {"Messages": received()["Messages"]}) == answers["messages"]
