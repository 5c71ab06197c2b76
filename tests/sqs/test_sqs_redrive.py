import json

import pytest

from pytest_fakeaws.services.sqs.errors import InvalidRedrivePolicy
from pytest_fakeaws.services.sqs.message import Content


@pytest.fixture
def worn_out(source, advance):
    """A queue with a message that was received as often as its redrive policy allows."""
    source.send("a")
    for _ in range(2):
        source.receive()
        advance(10)
    return source


def test_a_message_received_too_often_stays_until_the_next_receive(worn_out, advance):
    """The end of the visibility timeout moves nothing."""
    advance("1 hour")
    assert worn_out.bodies() == ["a"]


def test_a_message_received_too_often_moves_on_the_next_receive(worn_out, dead):
    """The receive that would be one too many moves the message instead of returning it."""
    worn_out.receive()
    assert dead.bodies() == ["a"]


def test_the_receive_that_moves_a_message_does_not_return_it(worn_out):
    """Its consumer sees an empty queue."""
    assert worn_out.receive() == []


def test_the_receive_that_moves_a_message_returns_the_next(worn_out):
    """A message behind the one that moves takes its place in the answer."""
    worn_out.send("b")
    assert worn_out.receive() == ["b"]


def test_a_long_poll_moves_a_message_and_waits_on(worn_out, now):
    """A dead letter does not end the wait of the poll that moved it."""
    before = now()
    worn_out.receive(wait=20)
    assert now() - before == 20


def test_a_dead_letter_wakes_a_poll_of_its_queue(worn_out, dead, later):
    """A consumer that waits at the dead-letter queue gets the message at once."""
    later(3, worn_out.receive)
    assert dead.receive(wait=20) == ["a"]


def test_a_dead_letter_keeps_its_id(worn_out, dead):
    """It is the same message in another queue."""
    sent = worn_out.received["a"].id
    worn_out.receive()
    dead.receive()
    assert dead.received["a"].id == sent


def test_a_dead_letter_keeps_its_receive_count(worn_out, dead):
    """Two receives in the source and one here make three; the one that moved it does not count."""
    worn_out.receive()
    dead.receive()
    assert dead.received["a"].receive_count == 3


def test_a_dead_letter_knows_where_it_came_from(worn_out, dead):
    """DeadLetterQueueSourceArn is the ARN of the source queue."""
    worn_out.receive()
    dead.receive()
    assert dead.received["a"].dead_letter_source == worn_out.queue.arn


def test_a_handle_of_the_source_queue_no_longer_deletes_a_dead_letter(worn_out, dead):
    """The message has left the queue that wrote the handle."""
    worn_out.receive()
    worn_out.delete("a")
    assert dead.bodies() == ["a"]


def test_a_message_without_a_dead_letter_queue_returns_for_ever(orders):
    """Without a redrive policy the receive count has no consequence."""
    orders.send("a")
    bodies = [orders.receive(visibility=0) for _ in range(20)]
    assert bodies == [["a"]] * 20


def test_a_message_stays_where_the_dead_letter_queue_does_not_exist(worn_out, dead, cloud):
    """A redrive policy may name a queue that was deleted; then the message is received again."""
    cloud.queues.delete(dead.queue)
    assert worn_out.receive() == ["a"]


def test_a_queue_that_is_its_own_dead_letter_queue_gives_messages_out(create):
    """A message that cannot go anywhere else is received again, and the receive ends."""
    arn = "arn:aws:sqs:us-east-1:123456789012:orders"
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    orders = create("orders")
    orders.queue.attributes.set({"RedrivePolicy": policy})
    orders.send("a")
    orders.receive(visibility=0)
    assert orders.receive() == ["a"]


def test_a_new_redrive_policy_holds_for_messages_that_are_there(create, dead):
    """The policy is read when a message is received."""
    orders = create("orders")
    orders.queue.send(Content("a"))
    orders.receive(visibility=0)
    policy = {"deadLetterTargetArn": dead.queue.arn, "maxReceiveCount": "1"}
    orders.queue.attributes.set({"RedrivePolicy": json.dumps(policy)})
    orders.receive()
    assert dead.bodies() == ["a"]


ARN = "arn:aws:sqs:us-east-1:123456789012:orders-dlq"


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("no JSON", "Redrive policy is not a valid JSON map."),
        ("[]", "Redrive policy is not a valid JSON map."),
        (
            json.dumps({"deadLetterTargetArn": ARN}),
            "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
        ),
        (
            json.dumps({"maxReceiveCount": 3}),
            "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
        ),
        *(
            (
                json.dumps({"deadLetterTargetArn": ARN, "maxReceiveCount": count}),
                (
                    f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 "
                    "both inclusive."
                ),
            )
            for count in (0, 1_001, "many", -1)
        ),
        (
            json.dumps({"deadLetterTargetArn": "orders-dlq", "maxReceiveCount": 3}),
            "Invalid value for deadLetterTargetArn.",
        ),
        (
            json.dumps(
                {"deadLetterTargetArn": ARN.replace("us-east-1", "eu-west-1"), "maxReceiveCount": 3}
            ),
            "Dead-letter target owner should be same as the source.",
        ),
    ],
)
def test_a_bad_redrive_policy_is_refused(create, policy, reason):
    """The error shows the policy, and says what is wrong with it."""
    with pytest.raises(InvalidRedrivePolicy) as caught:
        create("orders", RedrivePolicy=policy)
    assert caught.value.text == (
        f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}"
    )


@pytest.mark.parametrize("count", [1, 1_000, "5"])
def test_max_receive_count_is_a_number_or_a_text(create, count):
    """AWS takes both, from 1 to 1000."""
    create("orders-dlq")
    policy = json.dumps({"deadLetterTargetArn": ARN, "maxReceiveCount": count})
    orders = create("orders", RedrivePolicy=policy)
    assert orders.queue.attributes.redrive_policy == (ARN, int(count))
