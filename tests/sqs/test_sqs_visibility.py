import pytest

from pytest_fakeaws.services.sqs.errors import InvalidParameterValue, ReceiptHandleIsInvalid


def test_a_received_message_is_hidden(orders):
    """Nobody else is given a message in flight."""
    orders.send("a")
    orders.receive()
    assert orders.receive() == []


def test_a_message_stays_hidden_until_its_visibility_timeout(orders, advance):
    """A microsecond before the timeout the message is still in flight."""
    orders.send("a")
    orders.receive()
    advance("29.999999 s")
    assert orders.receive() == []


def test_a_message_returns_at_its_visibility_timeout(orders, advance):
    """The boundary belongs to what happens at it."""
    orders.send("a")
    orders.receive()
    advance(30)
    assert orders.receive() == ["a"]


def test_the_queue_s_visibility_timeout_holds(create, advance):
    """The attribute VisibilityTimeout decides where a receive says nothing."""
    orders = create(VisibilityTimeout=5)
    orders.send("a")
    orders.receive()
    advance(5)
    assert orders.receive() == ["a"]


def test_a_receive_may_set_its_own_visibility_timeout(orders, advance):
    """A receive's VisibilityTimeout beats the queue's."""
    orders.send("a")
    orders.receive(visibility=2)
    advance(2)
    assert orders.receive() == ["a"]


def test_a_receive_with_visibility_zero_hides_nothing(orders):
    """A message received with VisibilityTimeout=0 can be received again at once."""
    orders.send("a")
    orders.receive(visibility=0)
    assert orders.receive() == ["a"]


def test_a_message_returns_behind_those_that_wait(orders, advance):
    """What comes back has become available last."""
    orders.send("a", "b")
    orders.receive(visibility=1)
    advance(1)
    assert orders.receive(10) == ["b", "a"]


def test_messages_return_in_the_order_of_their_timeouts(orders, advance):
    """Messages that come back between two receives are received in the order of their return."""
    orders.send("a", "b")
    orders.receive(visibility=3)
    orders.receive(visibility=2)
    advance(5)
    assert orders.receive(10) == ["b", "a"]


def test_visibility_is_extended_from_now_on(orders, advance):
    """ChangeMessageVisibility counts from the call, not from the receive."""
    orders.send("a")
    orders.receive()
    advance(20)
    orders.change_visibility("a", 30)
    advance("29.999999 s")
    assert orders.receive() == []


def test_visibility_can_be_shortened(orders, advance):
    """A shorter visibility brings the message back sooner."""
    orders.send("a")
    orders.receive()
    orders.change_visibility("a", 1)
    advance(1)
    assert orders.receive() == ["a"]


def test_visibility_zero_gives_a_message_back_at_once(orders):
    """ChangeMessageVisibility to 0 ends the flight."""
    orders.send("a")
    orders.receive()
    orders.change_visibility("a", 0)
    assert orders.receive() == ["a"]


def test_a_changed_visibility_does_not_stick(orders, advance):
    """The next receive hides the message for the queue's timeout again."""
    orders.send("a")
    orders.receive()
    orders.change_visibility("a", 1)
    advance(1)
    orders.receive()
    advance("29.999999 s")
    assert orders.receive() == []


def test_a_message_is_hidden_for_twelve_hours_at_most(orders, advance):
    """The limit counts from the receive, whatever was asked in between."""
    orders.send("a")
    orders.receive()
    advance(5)
    with pytest.raises(InvalidParameterValue, match=r"beyond the limit \[43200 seconds\]"):
        orders.change_visibility("a", "43196 s")


def test_a_message_may_be_hidden_for_the_rest_of_twelve_hours(orders, advance):
    """What is left of twelve hours since the receive can be used up."""
    orders.send("a")
    orders.receive()
    advance(5)
    orders.change_visibility("a", "43195 s")
    advance("43194 s")
    assert orders.counts == (0, 1, 0)


def test_changing_the_visibility_of_a_deleted_message_fails(orders):
    """A message that is gone cannot be hidden."""
    orders.send("a")
    orders.receive()
    orders.delete("a")
    with pytest.raises(InvalidParameterValue, match="Message does not exist or is not available"):
        orders.change_visibility("a", 10)


def test_changing_the_visibility_after_its_end_changes_nothing(orders, advance):
    """On a standard queue the late change succeeds, and the message stays available."""
    orders.send("a")
    orders.receive()
    advance(30)
    orders.change_visibility("a", 60)
    assert orders.receive() == ["a"]


def test_changing_the_visibility_by_a_stale_handle_changes_nothing(orders):
    """Only the handle of the latest receive moves the timeout."""
    orders.send("a")
    orders.receive(visibility=0)
    stale = orders.handles["a"]
    orders.receive()
    orders.queue.change_visibility(stale, 0)
    assert orders.receive() == []


def test_a_handle_of_another_queue_changes_nothing(create):
    """A queue knows its own handles from those of others."""
    orders, others = create("orders"), create("others")
    others.send("a")
    others.receive()
    with pytest.raises(ReceiptHandleIsInvalid):
        orders.queue.change_visibility(others.handles["a"], 0)
