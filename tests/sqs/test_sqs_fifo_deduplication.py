"""Each message once: what a FIFO queue takes for the same message, and for how long."""

from hashlib import sha256

import pytest

from pytest_fakeaws.services.sqs.errors import MissingDeduplicationId
from pytest_fakeaws.services.sqs.message import Content


@pytest.fixture
def plain(create):
    """A FIFO queue that tells messages apart by their ids only."""
    return create("plain.fifo", FifoQueue="true")


@pytest.fixture
def by_group(create):
    """A FIFO queue that tells messages apart within their group."""
    return create("by-group.fifo", FifoQueue="true", DeduplicationScope="messageGroup")


def test_the_same_id_is_the_same_message(plain):
    """Whatever the body."""
    plain.send("a", group="g", deduplication_id="1")
    plain.send("b", group="g", deduplication_id="1")
    assert plain.bodies() == ["a"]


def test_another_id_is_another_message(plain):
    """Even with the same body."""
    plain.send("a", group="g", deduplication_id="1")
    plain.send("a", group="g", deduplication_id="2")
    assert plain.bodies() == ["a", "a"]


def test_the_same_body_is_the_same_message(fifo):
    """By content, if the queue says so."""
    fifo.send("a", "a", "b", group="g")
    assert fifo.bodies() == ["a", "b"]


def test_attributes_are_no_part_of_the_content(fifo):
    """Only the body is hashed."""
    for colour in ("red", "blue"):
        attributes = {"colour": {"DataType": "String", "StringValue": colour}}
        fifo.queue.send(Content("a", attributes, group="g"))
    assert fifo.bodies() == ["a"]


def test_the_same_message_in_another_group_is_the_same(fifo):
    """The scope is the queue unless set otherwise."""
    fifo.send("a", group="g")
    fifo.send("a", group="h")
    assert fifo.bodies() == ["a"]


def test_the_scope_may_be_the_group(by_group):
    """Then each group has its own ids."""
    for group in ("g", "h", "g"):
        by_group.send(f"of {group}", group=group, deduplication_id="1")
    assert by_group.bodies() == ["of g", "of h"]


def test_a_message_that_was_deleted_is_still_known(fifo):
    """Receiving and deleting does not make room for a second one."""
    fifo.send("a", group="g")
    fifo.receive()
    fifo.delete("a")
    fifo.send("a", group="g")
    assert fifo.bodies() == []


@pytest.mark.parametrize(("seconds", "bodies"), [(299.999999, ["a"]), (300, ["a", "a"])])
def test_a_message_is_known_for_five_minutes(fifo, advance, seconds, bodies):
    """At five minutes exactly it is forgotten."""
    fifo.send("a", group="g")
    advance(seconds)
    fifo.send("a", group="g")
    assert fifo.bodies() == bodies


def test_a_duplicate_does_not_renew_the_five_minutes(fifo, advance):
    """They count from the message that was kept."""
    fifo.send("a", group="g")
    advance(200)
    fifo.send("a", group="g")
    advance(100)
    fifo.send("a", group="g")
    assert fifo.bodies() == ["a", "a"]


def test_an_explicit_id_wins_over_the_content(fifo):
    """Messages with equal bodies and different ids are different."""
    fifo.send("a", group="g", deduplication_id="1")
    fifo.send("a", group="g", deduplication_id="2")
    assert fifo.bodies() == ["a", "a"]


def test_an_explicit_id_collides_with_an_equal_hash(fifo):
    """The id by content is the SHA-256 of the body, and an id like another."""
    fifo.send("a", group="g")
    fifo.send("b", group="g", deduplication_id=sha256(b"a").hexdigest())
    assert fifo.bodies() == ["a"]


def test_the_id_by_content_is_shown(fifo):
    """MessageDeduplicationId is the hash where the sender gave none."""
    assert fifo.send("a", group="g").deduplication_id == sha256(b"a").hexdigest()


def test_a_duplicate_is_answered_as_the_message_it_repeats(fifo):
    """With the first one's id and sequence number."""
    first = fifo.send("a", group="g")
    again = fifo.send("a", group="g")
    assert (again.id, again.sequence_number) == (first.id, first.sequence_number)


def test_a_purge_forgets_what_was_sent(fifo):
    """The same message is accepted right after."""
    fifo.send("a", group="g")
    fifo.queue.purge()
    fifo.send("a", group="g")
    assert fifo.bodies() == ["a"]


def test_a_message_without_any_id_is_refused(plain):
    """Nothing would tell it from others."""
    with pytest.raises(MissingDeduplicationId):
        plain.send("a", group="g")


def test_a_duplicate_stands_in_the_journal(fifo, cloud):
    """With the id of the message that was kept."""
    first = fifo.send("a", group="g")
    fifo.send("a", group="g")
    fact = list(cloud.journal)[-1].fact
    assert (type(fact).__name__, fact.message_id) == ("MessageDeduplicated", first.id)
