import pytest

from pytest_fakeaws.services.sqs.errors import (
    PurgeQueueInProgress,
    QueueDeletedRecently,
    QueueDoesNotExist,
    ReceiptHandleIsInvalid,
)


@pytest.fixture
def received(orders):
    """A queue with one message, which is in flight."""
    orders.send("a")
    orders.receive()
    return orders


def test_a_deleted_message_never_returns(received, advance):
    """Not even when its visibility timeout ends."""
    received.delete("a")
    advance(30)
    assert received.receive() == []


def test_a_message_can_be_deleted_after_its_visibility_timeout(received, advance):
    """On a standard queue the latest handle is good until the message is received again."""
    advance(30)
    received.delete("a")
    assert received.counts == (0, 0, 0)


def test_a_stale_handle_deletes_nothing(received, advance):
    """The call succeeds, and the message that was received again stays."""
    stale = received.handles["a"]
    advance(30)
    received.receive()
    received.queue.delete(stale)
    assert received.counts == (0, 1, 0)


def test_a_message_can_be_deleted_twice(received):
    """Deleting again by the same handle succeeds."""
    received.delete("a")
    received.delete("a")
    assert received.counts == (0, 0, 0)


@pytest.mark.parametrize("handle", ["garbage", "", "AQEB"])
def test_an_invented_handle_is_refused(received, handle):
    """What no queue has written is no receipt handle."""
    with pytest.raises(ReceiptHandleIsInvalid):
        received.queue.delete(handle)


def test_a_handle_of_another_queue_is_refused(received, create):
    """Each queue accepts its own handles only."""
    with pytest.raises(ReceiptHandleIsInvalid):
        create("others").queue.delete(received.handles["a"])


def test_a_purge_deletes_every_message(received):
    """Waiting, delayed and in flight: all are gone."""
    received.send("b")
    received.send("c", delay=5)
    received.queue.purge()
    assert received.counts == (0, 0, 0)


def test_a_handle_from_before_a_purge_deletes_nothing(received):
    """It is still one of the queue's handles, and does not meet a later message."""
    received.queue.purge()
    received.send("b")
    received.delete("a")
    assert received.bodies() == ["b"]


@pytest.mark.parametrize("pause", [0, "59.999999 s"])
def test_a_second_purge_within_a_minute_is_refused(orders, advance, pause):
    """AWS allows one purge of a queue every 60 seconds."""
    orders.queue.purge()
    advance(pause)
    with pytest.raises(PurgeQueueInProgress):
        orders.queue.purge()


def test_a_queue_can_be_purged_again_after_a_minute(orders, advance):
    """At 60 seconds the window is over."""
    orders.queue.purge()
    advance(60)
    orders.send("a")
    orders.queue.purge()
    assert orders.bodies() == []


@pytest.mark.parametrize("pause", [0, "59.999999 s"])
def test_a_deleted_queue_cannot_be_created_again_within_a_minute(
    orders, create, cloud, advance, pause
):
    """AWS keeps the name for 60 seconds."""
    cloud.queues.delete(orders.queue)
    advance(pause)
    with pytest.raises(QueueDeletedRecently):
        create("orders")


def test_a_queue_created_again_after_a_minute_is_empty(received, create, cloud, advance):
    """Nothing of the old queue is in the new one."""
    cloud.queues.delete(received.queue)
    advance(60)
    assert create("orders").bodies() == []


def test_a_queue_created_again_refuses_the_old_handles(received, create, cloud, advance):
    """The new queue did not write them."""
    cloud.queues.delete(received.queue)
    advance(60)
    with pytest.raises(ReceiptHandleIsInvalid):
        create("orders").queue.delete(received.handles["a"])


def test_a_long_poll_ends_when_its_queue_is_deleted(orders, cloud, later):
    """Whoever polls learns at once that the queue is gone."""
    later(3, lambda: cloud.queues.delete(orders.queue))
    with pytest.raises(QueueDoesNotExist):
        orders.receive(wait=20)
