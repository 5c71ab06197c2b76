import pytest

from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import OverLimit
from pytest_fakeaws.sim.instants import SECOND


def test_messages_are_received_in_the_order_of_sending(orders):
    """AWS promises best effort; the simulation keeps the order, so that tests can be exact."""
    orders.send("a", "b", "c")
    assert orders.receive(10) == ["a", "b", "c"]


def test_a_receive_returns_no_more_than_asked_for(orders):
    """The rest stays in the queue."""
    orders.send("a", "b", "c")
    orders.receive(2)
    assert orders.counts == (1, 2, 0)


def test_each_receive_counts(orders):
    """The receive count goes up by one each time the message is given out."""
    orders.send("a")
    for _ in range(3):
        orders.receive(visibility=0)
    assert orders.received["a"].receive_count == 3


def test_the_first_receive_is_remembered(orders, advance, cloud):
    """Later receives do not change when the message was first received."""
    orders.send("a")
    advance(7)
    orders.receive(visibility=1)
    advance(1)
    orders.receive()
    assert orders.received["a"].first_received_at == cloud.simulation.start + 7 * SECOND


def test_each_receive_gives_another_receipt_handle(orders):
    """Handles of one message differ from receive to receive."""
    orders.send("a")
    orders.receive(visibility=0)
    first = orders.handles["a"]
    orders.receive()
    assert orders.handles["a"] != first


def test_too_many_messages_in_flight_are_refused(orders, monkeypatch):
    """At the limit a receive fails, although messages wait."""
    monkeypatch.setattr(limits, "IN_FLIGHT", 2)
    orders.send("a", "b", "c")
    orders.receive(2)
    with pytest.raises(OverLimit):
        orders.receive()


@pytest.mark.parametrize("way", ["delete", "return"])
def test_a_message_that_leaves_flight_makes_room_for_another(orders, monkeypatch, way):
    """Deleting a message, or giving it back, brings the queue below its limit."""
    monkeypatch.setattr(limits, "IN_FLIGHT", 2)
    orders.send("a", "b", "c")
    orders.receive(2)
    if way == "delete":
        orders.delete("a")
    else:
        orders.change_visibility("a", 0)
    assert orders.receive() == ["c"]


def test_a_short_poll_of_an_empty_queue_takes_no_time(orders, now):
    """A receive without a wait answers at once."""
    assert (orders.receive(), now()) == ([], 0)


def test_a_long_poll_of_an_empty_queue_takes_its_whole_wait(orders, now):
    """Where nothing comes, virtual time goes on to the end of the wait."""
    assert (orders.receive(wait=20), now()) == ([], 20)


def test_a_long_poll_returns_at_once_where_a_message_waits(orders, now):
    """A long poll does not wait to fill its batch."""
    orders.send("a")
    assert (orders.receive(10, wait=20), now()) == (["a"], 0)


def test_a_long_poll_wakes_for_a_new_message(orders, now, later):
    """It returns at the instant of the send."""
    later(4, lambda: orders.send("a"))
    assert (orders.receive(wait=20), now()) == (["a"], 4)


def test_a_long_poll_wakes_for_a_delayed_message(orders, now):
    """It returns at the instant at which the delay ends."""
    orders.send("a", delay=7)
    assert (orders.receive(wait=20), now()) == (["a"], 7)


def test_a_long_poll_wakes_for_a_message_delayed_while_it_waits(orders, now, later):
    """A delayed send during the poll counts as well."""
    later(4, lambda: orders.send("a", delay=5))
    assert (orders.receive(wait=20), now()) == (["a"], 9)


def test_a_long_poll_wakes_for_a_returning_message(orders, now):
    """It returns at the instant at which the visibility timeout ends."""
    orders.send("a")
    orders.receive(visibility=3)
    assert (orders.receive(wait=20), now()) == (["a"], 3)


def test_a_long_poll_wakes_for_a_message_that_is_given_back(orders, now, later):
    """A visibility that is cut short while the poll waits ends the wait."""
    orders.send("a")
    orders.receive(visibility=30)
    later(2, lambda: orders.change_visibility("a", 1))
    assert (orders.receive(wait=20), now()) == (["a"], 3)


def test_a_long_poll_sleeps_on_when_visibility_is_extended(orders, now, later):
    """The poll wakes at the new end of the flight, not at the old one."""
    orders.send("a")
    orders.receive(visibility=3)
    later(2, lambda: orders.change_visibility("a", 10))
    assert (orders.receive(wait=20), now()) == (["a"], 12)


def test_a_long_poll_gets_what_returns_at_its_deadline(orders, now):
    """A thing due at the deadline still happens."""
    orders.send("a", delay=20)
    assert (orders.receive(wait=20), now()) == (["a"], 20)


def test_a_long_poll_does_not_wait_beyond_its_deadline(orders, now):
    """A message due a moment later stays where it is."""
    orders.send("a", delay="20.000001 s")
    assert (orders.receive(wait=20), now()) == ([], 20)


def test_a_long_poll_outlasts_messages_that_are_deleted(orders, now, later):
    """A message in flight that is deleted during the poll never ends the wait."""
    orders.send("a")
    orders.receive(visibility=3)
    later(1, lambda: orders.delete("a"))
    assert (orders.receive(wait=20), now()) == ([], 20)


def test_two_processes_poll_one_message(orders, cloud, advance):
    """One of two long polls gets the message; the other waits on, and ends empty."""
    got = []
    for name in ("one", "two"):
        cloud.simulation.spawn(name, lambda name=name: got.append((name, orders.receive(wait=20))))
    advance(5)
    orders.send("a")
    advance(20)
    assert got == [("one", ["a"]), ("two", [])]
