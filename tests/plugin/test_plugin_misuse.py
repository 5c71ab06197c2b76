"""What somebody new to the fixture gets wrong is answered in three parts, not by an error from the depths."""

import pytest

from pytest_fakeaws.errors import UnknownOption


def handler(event, context):
    """Do nothing."""


@pytest.mark.parametrize(
    ("body", "advice"), [({"id": 7}, "json.dumps"), ([7], "json.dumps"), (7, "'7'"), (b"7", "text")]
)
def test_a_body_that_is_no_text(fakeaws, body, advice):
    """An order is sent as a dictionary."""
    orders = fakeaws.create_queue("orders")

    with pytest.raises(UnknownOption, match=rf"(?s)body cannot be .*AWS takes texts.*{advice}"):
        orders.send(body)

    assert orders.messages == []


@pytest.mark.parametrize("option", ["group", "deduplication_id"])
def test_an_id_that_is_a_number(fakeaws, option):
    """The customer's number is the group."""
    orders = fakeaws.create_queue("orders.fifo", content_based_deduplication=True)
    topic = fakeaws.create_topic("orders.fifo", content_based_deduplication=True)

    for send in (orders.send, topic.publish):
        with pytest.raises(UnknownOption, match=rf"(?s){option} cannot be 3.*such as '3'"):
            send("7", **{option: 3})


def test_a_notification_that_is_no_text(fakeaws):
    """A list of orders is published as it is."""
    orders = fakeaws.create_topic("orders")

    with pytest.raises(UnknownOption, match=r"(?s)message cannot be \[7\].*json.dumps"):
        orders.publish([7])


def test_a_handler_where_a_function_belongs(fakeaws):
    """The handler itself is given to the queue."""
    orders = fakeaws.create_queue("orders")

    with pytest.raises(
        UnknownOption, match=r"(?s)cannot trigger <function handler.*create_function"
    ):
        orders.trigger(handler)

    assert orders.mappings == ()


def test_memory_with_its_unit(fakeaws):
    """AWS's console shows the unit."""
    with pytest.raises(UnknownOption, match=r"(?s)memory cannot be '256 MB'.*whole number"):
        fakeaws.create_function("invoice", handler, memory="256 MB")


def test_a_delay_of_half_a_second(fakeaws):
    """SQS delays by whole seconds; less would be cut off unseen."""
    with pytest.raises(UnknownOption, match=r"(?s)delay cannot be 0.5.*whole seconds"):
        fakeaws.create_queue("orders").send("7", delay=0.5)
