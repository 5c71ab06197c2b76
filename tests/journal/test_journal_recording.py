import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.handles.views import History
from pytest_fakeaws.journal.entries import (
    KINDS,
    MessageDeleted,
    MessageSent,
    QueueCreated,
    excerpt,
    made_of_values,
)
from pytest_fakeaws.journal.journal import Entry, Journal


class Clock:
    """Time as a test sets it."""

    now = 0


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def journal(clock):
    """A journal that keeps three facts."""
    return Journal(clock, limit=3)


FACTS = [QueueCreated(name) for name in "abcde"]


def test_facts_are_kept_in_the_order_of_recording(journal):
    """Oldest first."""
    for fact in FACTS[:3]:
        journal.record(fact)
    assert [entry.fact for entry in journal] == FACTS[:3]


def test_facts_are_numbered_from_one(journal):
    """Recording returns the number that the entry shows."""
    numbers = [journal.record(fact) for fact in FACTS[:3]]
    assert [numbers, [entry.number for entry in journal]] == [[1, 2, 3], [1, 2, 3]]


def test_an_entry_says_when_it_was_recorded(journal, clock):
    """Its instant is that of the clock."""
    clock.now = 5
    journal.record(FACTS[0])
    assert next(iter(journal)) == Entry(1, 5, 0, FACTS[0])


def test_the_oldest_facts_go_first(journal):
    """A full journal forgets, but goes on counting."""
    for fact in FACTS:
        journal.record(fact)
    assert [(entry.number, entry.fact) for entry in journal] == [
        (3, FACTS[2]),
        (4, FACTS[3]),
        (5, FACTS[4]),
    ]


@pytest.mark.parametrize(("recorded", "dropped"), [(0, 0), (3, 0), (5, 2)])
def test_a_journal_says_how_much_it_forgot(journal, recorded, dropped):
    """`dropped` counts the facts that are no longer there."""
    for fact in FACTS[:recorded]:
        journal.record(fact)
    assert journal.dropped == dropped


def test_what_follows_from_a_fact_names_it_as_its_cause(journal):
    """Causes nest, and end with their block; 0 stands for the test."""
    with journal.caused_by(7):
        journal.record(FACTS[0])
        with journal.caused_by(8):
            journal.record(FACTS[1])
    journal.record(FACTS[2])
    assert [entry.cause for entry in journal] == [7, 8, 0]


def test_a_journal_can_grow_while_it_is_read(journal):
    """A reader sees what was there when it began."""
    for fact in FACTS:
        journal.record(fact)
    assert [journal.record(entry.fact) for entry in journal] == [6, 7, 8]


def test_a_journal_finds_what_concerns_a_message(journal):
    """Other messages, and facts about no message, are left out."""
    facts = [
        MessageSent("q", "m1", "a", 0),
        MessageSent("q", "m2", "b", 0),
        MessageDeleted("q", "m1"),
    ]
    for fact in facts:
        journal.record(fact)
    assert journal.of(message="m1").facts == [facts[0], facts[2]]


def test_a_journal_reads_one_line_an_entry(journal):
    """Number, instant, cause and fact."""
    for fact in FACTS[:2]:
        journal.record(fact)
    assert str(journal) == (
        "1 1970-01-01T00:00:00+00:00 <- 0 QueueCreated(queue='a')\n"
        "2 1970-01-01T00:00:00+00:00 <- 0 QueueCreated(queue='b')"
    )


def test_a_fact_keeps_the_beginning_of_a_long_body():
    """A megabyte is not kept alive by its excerpt."""
    assert excerpt("a" * 1_000_000) == "a" * 199 + "…"


@pytest.mark.parametrize("body", ["", "a" * 200])
def test_a_fact_keeps_a_short_body(body):
    """What fits is not cut."""
    assert excerpt(body) == body


def test_a_history_is_complete_where_nothing_was_dropped(journal):
    """Everything that happened to the message is in it."""
    journal.record(MessageSent("q", "m1", "a", 0))
    assert History.of("m1", journal).complete


def test_a_history_says_when_it_may_miss_something(journal):
    """Once the journal has forgotten anything, nobody knows what it was about."""
    for _ in range(4):
        journal.record(MessageDeleted("q", "m1"))
    history = History.of("m1", journal)
    assert history.complete is False
    assert str(history).splitlines()[0] == "(the journal was full: older entries are gone)"


def test_a_message_has_its_history():
    """Sent, received: what the view of a queue shows is what the journal knows."""
    with FakeAWS(host_time="off") as aws:
        orders = aws.create_queue("orders")
        orders.send("a")
        [message] = orders.messages
        assert [type(entry.fact).__name__ for entry in message.history] == ["MessageSent"]


def test_an_expired_message_is_noticed_when_the_journal_is_read():
    """The journal of a fake brings every queue up to the present first."""
    with FakeAWS(host_time="off") as aws:
        aws.create_queue("orders", retention=60).send("a")
        aws.clock.advance(90)
        assert "MessageExpired" in str(aws.journal)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_fact_made_of_its_values_is_like_any_other(kind):
    """It makes no difference but of time."""
    values = tuple(range(len(kind._fields)))
    fact = made_of_values(kind)(values)

    assert (type(fact), fact) == (kind, kind(*values))
