from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakeaws.sim.agenda import Agenda, ShuffledAgenda
from pytest_fakeaws.sim.instants import FOREVER


@pytest.fixture
def agenda():
    return Agenda()


def drained(agenda):
    return [agenda.pop() for _ in range(len(agenda))]


def test_items_come_up_by_their_instants(agenda):
    """The earliest comes first, whatever the order of adding."""
    for when in (3, 1, 2):
        agenda.add(when, f"at {when}")
    assert drained(agenda) == ["at 1", "at 2", "at 3"]


def test_items_of_one_instant_come_up_as_they_were_added(agenda):
    """First come, first served."""
    for item in "cab":
        agenda.add(1, item)
    assert drained(agenda) == ["c", "a", "b"]


def test_an_item_can_be_given_its_place_before_it_is_added(agenda):
    """It comes up as if it had been added then."""
    agenda.add(1, "a")
    place = agenda.place()
    agenda.add(1, "c")
    agenda.add(1, "b", place)

    assert drained(agenda) == ["a", "b", "c"]


def test_items_are_never_compared(agenda):
    """Anything can stand on an agenda."""
    items = [object(), object(), object()]
    for item in items:
        agenda.add(1, item)
    assert drained(agenda) == items


def test_an_empty_agenda_has_nothing_due_for_ever(agenda):
    """Its next instant is later than any other."""
    assert agenda.next_due() == FOREVER


def test_a_cancelled_item_never_comes_up(agenda):
    """The others stay."""
    first = agenda.add(1, "first")
    agenda.add(2, "second")
    agenda.cancel(first)
    assert drained(agenda) == ["second"]


def test_a_cancelled_item_is_not_due(agenda):
    """The next instant is that of the next item that is left."""
    first = agenda.add(1, "first")
    agenda.add(2, "second")
    agenda.cancel(first)
    assert agenda.next_due() == 2


def test_cancelling_twice_changes_nothing(agenda):
    """The second time there is nothing to take off."""
    first = agenda.add(1, "first")
    agenda.add(2, "second")
    agenda.cancel(first)
    agenda.cancel(first)
    assert len(agenda) == 1


def test_cancelling_what_has_come_up_changes_nothing(agenda):
    """An entry that was taken is done with."""
    first = agenda.add(1, "first")
    agenda.add(2, "second")
    agenda.pop()
    agenda.cancel(first)
    assert drained(agenda) == ["second"]


def test_looking_at_an_agenda_takes_nothing_off(agenda):
    """Iterating shows the order in which items will come up."""
    for when in (3, 1, 2):
        agenda.add(when, when)
    assert (list(agenda), len(agenda)) == ([1, 2, 3], 3)


def test_cancelled_entries_do_not_pile_up(agenda):
    """An agenda that is mostly cancelled forgets what was cancelled."""
    agenda.add(0, "kept")
    for when in range(1, 10_000):
        agenda.cancel(agenda.add(when, "cancelled"))
    assert len(agenda._heap) < 200


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 5)),
        st.tuples(st.just("cancel"), st.integers(0, 200)),
        st.tuples(st.just("pop"), st.just(0)),
    ),
    max_size=60,
)


@settings(max_examples=50)
@given(STEPS, st.integers(0, 200))
def test_an_agenda_agrees_with_a_sorted_list(steps, cancelled):
    """Whatever is added, cancelled and taken, and however much was pruned on the way."""
    agenda, entries, model = Agenda(), [], []
    for _ in range(cancelled):
        agenda.cancel(agenda.add(0, "pruned"))
    for number, (step, argument) in enumerate(steps):
        if step == "add":
            entries.append((agenda.add(argument, number), (argument, number)))
            model.append((argument, number))
        elif step == "cancel" and entries:
            entry, placed = entries[argument % len(entries)]
            agenda.cancel(entry)
            model = [other for other in model if other != placed]
        elif step == "pop" and model:
            assert agenda.pop() == min(model)[1]
            model.remove(min(model))
        assert agenda.next_due() == min(model, default=(FOREVER,))[0]
    assert list(agenda) == [number for _, number in sorted(model)]
    assert len(agenda) == len(model)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers()), max_size=30), st.integers())
def test_a_shuffled_agenda_keeps_to_the_instants_only(added, seed):
    """Everything comes up, and in time; the order within an instant is the seed's."""

    def order():
        agenda = ShuffledAgenda(Random(seed))
        for when, item in added:
            agenda.add(when, (when, item))
        return drained(agenda)

    shuffled = order()
    assert sorted(shuffled) == sorted(added)
    assert [when for when, _ in shuffled] == sorted(when for when, _ in added)
    assert order() == shuffled


def test_a_shuffled_agenda_shuffles():
    """Of many things due at once, not all come up as they were added."""
    agenda = ShuffledAgenda(Random(0))
    for item in range(20):
        agenda.add(1, item)
    assert drained(agenda) != list(range(20))
