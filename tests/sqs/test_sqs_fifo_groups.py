"""The order of a FIFO queue: group by group, and who stands in whose way."""

import pytest

from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import InvalidParameterValue
from pytest_fakeaws.services.sqs.message import State


@pytest.fixture
def three(fifo):
    """A FIFO queue with three messages of one group."""
    fifo.send("a", "b", "c", group="g")
    return fifo


@pytest.fixture
def two_groups(fifo):
    """A FIFO queue with the messages of two groups in turns."""
    for body in ("a1", "b1", "a2", "b2", "a3", "b3"):
        fifo.send(body, group=body[0])
    return fifo


def test_messages_of_a_group_come_in_the_order_in_which_they_were_sent(fifo):
    """One by one, each deleted before the next."""
    bodies = [str(number) for number in range(12)]
    fifo.send(*bodies, group="g")
    received = []
    for _ in bodies:
        received += fifo.receive()
        fifo.delete(received[-1])
    assert received == bodies


def test_a_message_in_flight_locks_its_group(three):
    """Nothing behind it can be received."""
    assert [three.receive(), three.receive()] == [["a"], []]


def test_a_message_in_flight_does_not_lock_other_groups(two_groups):
    """Each group has its own order."""
    assert [two_groups.receive(), two_groups.receive()] == [["a1"], ["b1"]]


def test_one_receive_takes_several_messages_of_a_group(three):
    """What it takes itself does not stand in its way."""
    assert three.receive(10) == ["a", "b", "c"]


def test_a_receive_takes_all_it_can_of_a_group_before_the_next(two_groups):
    """Then it goes on, up to its maximum."""
    assert two_groups.receive(5) == ["a1", "a2", "a3", "b1", "b2"]


def test_the_group_just_served_goes_to_the_end_of_the_line(two_groups):
    """A receive that returns to a group finds it behind the others."""
    received = [two_groups.receive(visibility=0) for _ in range(3)]
    assert received == [["a1"], ["b1"], ["a1"]]


def test_a_group_is_free_when_its_messages_come_back(three, advance):
    """At the end of the visibility timeout the first is first again."""
    three.receive(2)
    advance(30)
    assert three.receive(10) == ["a", "b", "c"]


def test_messages_that_come_back_one_by_one_keep_their_order(three, advance):
    """The first returned early, the second late: the third waits for both."""
    three.receive(2)
    three.change_visibility("a", 5)
    advance(5)
    assert [three.receive(10), three.receive(10)] == [["a"], []]


def test_a_message_is_locked_by_earlier_ones_only(three, advance):
    """The second of three is extended: the first comes back and can be received, the third cannot."""
    three.receive(2)
    three.change_visibility("b", 300)
    advance(30)
    assert three.receive(10) == ["a"]


def test_deleting_all_that_is_in_flight_frees_the_group_at_once(three):
    """The next message need not wait for any timeout."""
    three.receive(2)
    three.delete("a")
    three.delete("b")
    assert three.receive(10) == ["c"]


@pytest.mark.parametrize("deleted", ["a", "b"])
def test_deleting_a_part_of_what_is_in_flight_does_not_free_the_group(three, deleted):
    """One message in flight is enough to lock what is behind it."""
    three.receive(2)
    three.delete(deleted)
    assert three.receive(10) == []


def test_a_visibility_timeout_of_zero_frees_the_group_at_once(three):
    """A receive that hides nothing locks nothing."""
    assert [three.receive(visibility=0), three.receive(2)] == [["a"], ["a", "b"]]


def test_giving_a_message_back_frees_the_group_at_once(three):
    """So does ChangeMessageVisibility to 0."""
    three.receive()
    three.change_visibility("a", 0)
    assert three.receive(10) == ["a", "b", "c"]


def test_a_group_is_free_when_a_message_in_flight_expires(create, advance):
    """Retention takes the lock with it."""
    fifo = create(
        "short.fifo",
        FifoQueue="true",
        ContentBasedDeduplication="true",
        MessageRetentionPeriod=60,
        VisibilityTimeout=3600,
    )
    fifo.send("a", group="g")
    advance(30)
    fifo.send("b", group="g")
    fifo.receive()
    advance(30)
    assert fifo.receive() == ["b"]


def test_a_long_poll_ends_when_a_deletion_frees_the_group(three, later, now):
    """The message behind becomes available at that instant."""
    three.receive()
    later(3, lambda: three.delete("a"))
    assert (three.receive(wait=20), now()) == (["b"], 3)


def test_a_long_poll_ends_when_a_message_is_given_back(three, later, now):
    """As in a standard queue."""
    three.receive()
    later(3, lambda: three.change_visibility("a", 0))
    assert (three.receive(wait=20), now()) == (["a"], 3)


def test_a_long_poll_does_not_end_with_a_message_behind_a_lock(three, later, now):
    """A new message of a locked group is not available."""
    three.receive()
    later(3, lambda: three.send("d", group="g"))
    assert (three.receive(wait=20), now()) == ([], 20)


def test_delayed_messages_keep_their_order(create, advance):
    """A message behind a delayed one is delayed no less."""
    fifo = create("late.fifo", FifoQueue="true", ContentBasedDeduplication="true", DelaySeconds=10)
    fifo.send("a", group="g")
    advance(5)
    fifo.send("b", group="g")
    advance(5)
    first = fifo.receive(10, visibility=0)
    advance(5)
    assert [first, fifo.receive(10)] == [["a"], ["a", "b"]]


def test_a_group_is_free_when_the_message_that_locks_it_is_too_old(create, advance, now):
    """Retention beats visibility, and a long poll learns of it at once."""
    fifo = create(
        "short.fifo", FifoQueue="true", ContentBasedDeduplication="true", MessageRetentionPeriod=60
    )
    fifo.send("a", group="g")
    advance(50)
    fifo.send("b", group="g")
    fifo.receive(visibility=3600)
    assert (fifo.receive(wait=20), now()) == (["b"], 60)


def test_waiting_messages_are_shown_in_the_order_of_their_sending(two_groups):
    """Locked ones too: they wait."""
    two_groups.receive(2)
    assert two_groups.bodies(State.WAITING) == ["b1", "b2", "a3", "b3"]


# Handles


def test_a_handle_is_an_error_once_its_message_came_back(three, advance):
    """Unlike in a standard queue a late deletion fails."""
    three.receive()
    advance(30)
    with pytest.raises(InvalidParameterValue) as caught:
        three.delete("a")
    assert caught.value.text == (
        f"Value {three.handles['a']} for parameter ReceiptHandle is invalid. Reason: The receipt "
        "handle has expired."
    )


def test_a_handle_is_an_error_once_its_message_was_received_again(three, advance):
    """Only the latest handle of a message in flight deletes it."""
    three.receive()
    first = three.handles["a"]
    advance(30)
    three.receive()
    with pytest.raises(InvalidParameterValue, match="expired"):
        three.queue.delete(first)


def test_a_late_change_of_visibility_is_an_error(three, advance):
    """The message is not available for it."""
    three.receive()
    advance(30)
    with pytest.raises(InvalidParameterValue, match="not available for visibility timeout change"):
        three.change_visibility("a", 10)


def test_a_handle_lives_as_long_as_the_visibility_was_extended(three, advance):
    """A deletion after the first timeout succeeds within the second."""
    three.receive()
    three.change_visibility("a", 60)
    advance(59)
    three.delete("a")
    assert three.receive() == ["b"]


def test_deleting_a_message_again_is_no_error(three):
    """The message is gone, as asked."""
    three.receive()
    three.delete("a")
    three.delete("a")
    assert three.receive() == ["b"]


# The limit


@pytest.fixture
def full(two_groups, monkeypatch):
    """A queue with as many messages in flight as may be."""
    monkeypatch.setattr(limits, "IN_FLIGHT", 1)
    two_groups.receive()
    return two_groups


def test_too_many_messages_in_flight_answer_nothing(full):
    """A FIFO queue knows no OverLimit."""
    assert full.receive() == []


def test_a_deletion_makes_room_in_flight(full):
    """The next receive is served again."""
    full.delete("a1")
    assert full.receive() == ["b1"]


def test_a_long_poll_ends_when_there_is_room_in_flight(full, later, now):
    """It waits for a deletion as for a message."""
    later(3, lambda: full.delete("a1"))
    assert (full.receive(wait=20), now()) == (["b1"], 3)
