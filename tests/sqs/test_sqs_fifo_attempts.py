"""ReceiveRequestAttemptId: a receive whose answer was lost can be repeated."""

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def three(fifo):
    """A FIFO queue with three messages of one group, two of them received by the attempt `1`."""
    fifo.send("a", "b", "c", group="g")
    fifo.receive(2, attempt="1")
    return fifo


def test_the_same_attempt_gets_the_same_messages(three):
    """Although they are in flight."""
    assert three.receive(2, attempt="1") == ["a", "b"]


def test_the_same_attempt_gets_the_same_handles(three):
    """Whoever lost the first answer can delete with the second."""
    first = dict(three.handles)
    three.receive(2, attempt="1")
    assert three.handles == first


def test_the_same_attempt_is_no_further_receive(three):
    """The receive count tells of one."""
    three.receive(2, attempt="1")
    assert three.received["a"].receive_count == 1


def test_another_attempt_gets_nothing_of_a_locked_group(three):
    """It is another consumer, as far as the queue knows."""
    assert three.receive(2, attempt="2") == []


def test_a_receive_without_attempt_gets_nothing_of_a_locked_group(three):
    """As always."""
    assert three.receive(2) == []


def test_the_same_attempt_hides_the_messages_anew(three, advance):
    """The visibility timeout begins again."""
    advance(20)
    three.receive(2, attempt="1")
    advance(20)
    assert three.receive(2) == []


def test_the_same_attempt_may_hide_the_messages_for_another_time(three, advance):
    """The repeated call's own VisibilityTimeout holds."""
    three.receive(2, attempt="1", visibility=5)
    advance(5)
    assert three.receive(10) == ["a", "b", "c"]


def test_an_attempt_is_over_when_a_message_was_deleted(three):
    """One is enough; the other stays in flight and locks the group."""
    three.delete("a")
    assert three.receive(2, attempt="1") == []


def test_an_attempt_is_over_when_a_visibility_was_changed(three):
    """The consumer has begun to work with what it got."""
    three.change_visibility("b", 60)
    assert three.receive(2, attempt="1") == []


def test_an_attempt_is_over_when_the_messages_came_back(three, advance):
    """The same id then makes a new receive, with new handles."""
    first = dict(three.handles)
    advance(30)
    assert three.receive(2, attempt="1") == ["a", "b"]
    assert set(three.handles.values()).isdisjoint(first.values())


@pytest.mark.parametrize(("seconds", "bodies"), [(299, ["a"]), (300, [])])
def test_an_attempt_is_known_for_five_minutes(fifo, advance, seconds, bodies):
    """At five minutes exactly it is forgotten."""
    fifo.send("a", group="g")
    fifo.receive(attempt="1", visibility=3600)
    advance(seconds)
    assert fifo.receive(attempt="1") == bodies


def test_an_attempt_that_found_nothing_is_not_remembered(fifo):
    """The same id gets what has come since."""
    fifo.receive(attempt="1")
    fifo.send("a", group="g")
    assert fifo.receive(attempt="1") == ["a"]


def test_a_standard_queue_knows_no_attempts(orders):
    """The id means nothing to it."""
    orders.send("a", "b")
    assert [orders.receive(attempt="1"), orders.receive(attempt="1")] == [["a"], ["b"]]


def test_a_repeated_call_is_answered_alike(fakeaws):
    """Through boto3 the parameter is ReceiveRequestAttemptId."""
    sqs = boto3.client("sqs")
    queue = fakeaws.create_queue("orders.fifo", content_based_deduplication=True)
    queue.send("a", group="g")
    answers = [
        sqs.receive_message(QueueUrl=queue.url, ReceiveRequestAttemptId="1")["Messages"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]


def test_an_attempt_s_id_has_rules(fakeaws):
    """Letters, digits and punctuation, 1 to 128 of them."""
    queue = fakeaws.create_queue("orders.fifo")
    with pytest.raises(ClientError, match="ReceiveRequestAttemptId can only include"):
        boto3.client("sqs").receive_message(QueueUrl=queue.url, ReceiveRequestAttemptId="a b")
