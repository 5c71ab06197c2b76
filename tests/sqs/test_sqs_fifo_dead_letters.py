"""What becomes of a FIFO queue's message that was received too often."""

import json

import pytest

FIFO = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}


@pytest.fixture
def dead(create):
    """The dead-letter queue of `source`."""
    return create("orders-dlq.fifo", **FIFO)


@pytest.fixture
def source(create, dead):
    """A FIFO queue whose messages may be received once."""
    policy = {"deadLetterTargetArn": dead.queue.arn, "maxReceiveCount": 1}
    return create("orders.fifo", **FIFO, RedrivePolicy=json.dumps(policy))


@pytest.fixture
def worn_out(source, advance):
    """A FIFO queue with two messages of a group, the first of which was received and came back."""
    source.send("a", "b", group="g")
    source.receive()
    advance(30)
    return source


def test_a_dead_letter_frees_its_group(worn_out, dead):
    """The receive that moves it returns the next of the group."""
    assert (worn_out.receive(), dead.bodies()) == (["b"], ["a"])


def test_dead_letters_keep_their_order(source, dead):
    """A group that moves as a whole arrives as it was."""
    source.send("a", "b", "c", group="g")
    source.receive(10, visibility=0)
    source.receive(10)
    assert dead.receive(10) == ["a", "b", "c"]


def test_a_dead_letter_is_known_by_its_id(worn_out, dead):
    """Its message id replaces the deduplication id."""
    worn_out.receive()
    dead.receive()
    assert dead.received["a"].deduplication_id == worn_out.received["a"].id


def test_equal_messages_are_both_dead_letters(worn_out, dead, advance):
    """Two messages with one deduplication id, sent five minutes apart, do not become one."""
    worn_out.receive()
    advance(300)
    worn_out.send("a", group="h")
    worn_out.receive(visibility=0)
    worn_out.receive()
    assert dead.bodies().count("a") == 2


def test_a_dead_letter_counts_as_sent_when_it_moved(worn_out, dead, cloud):
    """So its retention begins anew, unlike in a standard queue."""
    worn_out.receive()
    dead.receive()
    assert dead.received["a"].sent_at == cloud.simulation.start + 30_000_000


def test_a_dead_letter_keeps_its_id_count_and_source(worn_out, dead):
    """As in a standard queue: one receive in the source, one here."""
    sent = worn_out.received["a"].id
    worn_out.receive()
    dead.receive()
    message = dead.received["a"]
    assert (message.id, message.receive_count, message.dead_letter_source) == (
        sent,
        2,
        worn_out.queue.arn,
    )


def test_a_dead_letter_wakes_a_poll_of_its_queue(worn_out, dead, later, now):
    """A consumer that waits at the dead-letter queue gets the message at once."""
    later(3, worn_out.receive)
    assert (dead.receive(wait=20), now()) == (["a"], 33)
