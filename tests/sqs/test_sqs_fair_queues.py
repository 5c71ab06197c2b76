"""Fair queues: a tenant with very many messages does not hold up the others."""

import boto3
import pytest


@pytest.fixture
def crowd(orders):
    """Brings messages in flight, by tenant; `None` stands for messages without a group."""

    def crowd(**tenants):
        for tenant, number in tenants.items():
            group = None if tenant == "nobody" else tenant
            orders.send(*(f"{tenant}-{n}" for n in range(number)), group=group)
        received = []
        while more := orders.receive(10, visibility="12 hours"):
            received += more
        return received

    return crowd


@pytest.fixture
def next_of(orders):
    """Sends a message of each tenant, in order, and tells whose is received first."""

    def next_of(*tenants):
        for tenant in tenants:
            orders.send(f"{tenant}-next", group=tenant)
        [body] = orders.receive()
        return body.removesuffix("-next")

    return next_of


def test_a_group_locks_nothing(orders):
    """In a standard queue messages of one group are received side by side."""
    orders.send("a", "b", group="g")
    assert [orders.receive(), orders.receive()] == [["a"], ["b"]]


def test_nothing_is_deduplicated(orders):
    """Equal messages are two."""
    orders.send("a", "a", group="g")
    assert orders.bodies() == ["a", "a"]


def test_quiet_tenants_are_served_in_the_order_of_their_messages(crowd, next_of):
    """A few messages in flight make nobody noisy."""
    crowd(busy=5)
    assert next_of("busy", "other") == "busy"


@pytest.mark.parametrize(("in_flight", "first"), [(29, "busy"), (30, "other")])
def test_a_noisy_tenant_has_thirty_messages_in_flight(crowd, next_of, in_flight, first):
    """From thirty on the others come first."""
    crowd(busy=in_flight)
    assert next_of("busy", "other") == first


@pytest.mark.parametrize(("others", "first"), [(270, "busy"), (269, "other")])
def test_a_noisy_tenant_has_more_than_a_tenth_of_all_in_flight(crowd, next_of, others, first):
    """Thirty of three hundred are a tenth and no more."""
    crowd(busy=30, nobody=others)
    assert next_of("busy", "other") == first


def test_a_noisy_tenant_is_served_when_nobody_else_waits(crowd, next_of):
    """Nothing is throttled."""
    crowd(busy=100)
    assert next_of("busy") == "busy"


def test_among_noisy_tenants_the_one_with_the_fewest_in_flight_is_first(crowd, next_of):
    """Whoever sent first."""
    crowd(loud=40, louder=50, less_loud=30)
    assert next_of("loud", "louder", "less_loud") == "less_loud"


def test_messages_without_a_group_are_tenants_of_their_own(orders, crowd):
    """However many are in flight, none of them is noisy."""
    orders.send("first", group="g")
    orders.receive()
    crowd(nobody=100)
    orders.send("none")
    orders.send("grouped", group="g")
    assert orders.receive(2) == ["none", "grouped"]


@pytest.fixture
def noisy(orders, crowd):
    """A queue with a tenant that is noisy, although nothing of it is in flight any more."""
    received = crowd(busy=30)
    orders.send("busy-a", "busy-b", group="busy")
    orders.send("other", group="other")
    for body in (*received, *orders.receive()):
        orders.delete(body)
    return orders


def test_a_tenant_stays_noisy_while_its_messages_wait(noisy, next_of):
    """Even if its messages in flight have been deleted."""
    assert next_of("other") == "other"


def test_a_tenant_is_quiet_again_when_none_of_its_messages_waits(noisy, next_of):
    """Then it is served in its turn."""
    noisy.receive(2)
    assert next_of("busy", "other") == "busy"


@pytest.mark.parametrize(("seconds", "body"), [(299, "other-next"), (300, "busy-a")])
def test_a_tenant_is_quiet_again_five_minutes_after_its_last_message(noisy, advance, seconds, body):
    """Its messages that still wait take their turn then."""
    advance(seconds)
    noisy.send("other-next", group="other")
    assert noisy.receive() == [body]


def test_a_tenant_that_sends_nothing_does_not_become_noisy(orders, crowd, advance):
    """However many of its messages are in flight."""
    crowd(busy=30)
    orders.send("busy-next", group="busy")
    advance(300)
    orders.send("other", group="other")
    assert orders.receive() == ["busy-next"]


def test_a_message_behind_one_that_expired_is_received(create, advance):
    """A tenant keeps its place in line when its first message goes."""
    queue = create("short", MessageRetentionPeriod=60)
    queue.send("a", group="g")
    advance(30)
    queue.send("b", group="g")
    advance(30)
    assert queue.receive() == ["b"]


def test_a_message_behind_one_that_was_deleted_is_received(orders, advance):
    """A late deletion takes a waiting message from the front."""
    orders.send("a", group="g")
    orders.receive()
    advance(30)
    orders.send("b", group="g")
    orders.delete("a")
    assert orders.receive() == ["b"]


def test_a_tenant_is_forgotten_with_its_last_message(orders):
    """A queue with a new group for every message does not grow."""
    for number in range(100):
        body = str(number)
        orders.send(body, group=body)
        orders.receive()
        orders.delete(body)
    assert orders.queue._stock.backlog._tenants == {}


# A queue whose first messages had no group


def test_messages_from_before_keep_their_place(orders):
    """The first group makes a fair queue of a plain one, and nobody loses his turn."""
    orders.send("a", "b")
    orders.send("c", group="g")
    assert orders.receive(10) == ["a", "b", "c"]


def test_messages_in_flight_from_before_count(orders, crowd, next_of):
    """They are part of all that is in flight: thirty are no tenth of these."""
    crowd(nobody=270)
    crowd(busy=30)
    assert next_of("busy", "other") == "busy"


def test_messages_in_flight_from_before_come_back(orders, advance):
    """And queue up, as always."""
    orders.send("a")
    orders.receive()
    orders.send("b", group="g")
    advance(30)
    assert orders.receive(10) == ["b", "a"]


def test_a_dead_letter_queue_is_fair_too(create, dead, source, advance):
    """Dead letters bring their groups along, whether in flight or not."""
    source.send("a", "b", group="g")
    for _ in range(3):
        source.receive(10, visibility=0)
    dead.receive()
    dead.send("c", group="h")
    advance(30)
    assert dead.receive(10) == ["b", "c", "a"]


# Through boto3


def test_the_group_is_a_system_attribute(fakeaws):
    """A consumer learns whose message it is."""
    queue = fakeaws.create_queue("orders")
    queue.send("a", group="tenant")
    answer = boto3.client("sqs").receive_message(
        QueueUrl=queue.url, MessageSystemAttributeNames=["All"]
    )
    attributes = answer["Messages"][0]["Attributes"]
    assert attributes["MessageGroupId"] == "tenant"
    assert not {"SequenceNumber", "MessageDeduplicationId"} & attributes.keys()
