"""The story: each kind of fact is told, or known to be silent."""

from pytest_fakeaws.journal.entries import KINDS
from pytest_fakeaws.journal.tellers import TELLERS
from pytest_fakeaws.journal.telling import SILENT


def test_each_kind_of_fact_has_a_teller_or_is_silent():
    """A new fact needs a teller in `journal/tellers`, or a place on the list of silent ones."""
    assert set(KINDS) == {*TELLERS, *SILENT}


def test_no_silent_fact_has_a_teller():
    """The list names only those about which nothing is said."""
    assert SILENT & TELLERS.keys() == set()
