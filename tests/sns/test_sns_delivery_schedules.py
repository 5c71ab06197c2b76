"""When deliveries that failed are tried again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeaws.services.sns.backoff import BACKOFFS, waits
from pytest_fakeaws.services.sns.retries import AWS_MANAGED, CUSTOMER_MANAGED, Phase, Schedule
from pytest_fakeaws.sim.instants import SECOND

DAY = 86_400 * SECOND


def waited(schedule, *retries):
    """The seconds that these retries wait."""
    return [schedule.wait(retry) / SECOND for retry in retries]


def test_queues_and_functions_are_retried_100015_times_over_23_days():
    """As AWS's table has it; the first attempt comes before."""
    assert AWS_MANAGED.retries == 100_015
    assert AWS_MANAGED.length // DAY == 23


def test_their_retries_begin_at_once_and_become_rarer():
    """Three without delay, two after a second, ten between one and twenty seconds, the rest after twenty."""
    assert waited(AWS_MANAGED, 1, 2, 3) == [0, 0, 0]
    assert waited(AWS_MANAGED, 4, 5) == [1, 1]
    assert waited(AWS_MANAGED, 6, 15) == [1, 20]
    assert waited(AWS_MANAGED, 16, 100_015) == [20, 20]


def test_mail_and_phones_are_retried_50_times_over_six_hours():
    """Two after ten seconds, ten between ten and six hundred, the rest every ten minutes."""
    assert CUSTOMER_MANAGED.retries == 50
    assert CUSTOMER_MANAGED.length // (3_600 * SECOND) == 6
    assert waited(CUSTOMER_MANAGED, 1, 2, 3, 12, 13, 50) == [10, 10, 10, 600, 600, 600]


def test_only_the_last_phase_of_queues_and_functions_is_steady():
    """It is the one that is told in bulk."""
    assert [AWS_MANAGED.is_steady(retry) for retry in (1, 15, 16, 100_015)] == [
        False,
        False,
        True,
        True,
    ]
    assert not CUSTOMER_MANAGED.is_steady(50)


@pytest.mark.parametrize("name", BACKOFFS)
@given(count=st.integers(2, 100), low=st.integers(1, 3_600), more=st.integers(0, 3_599))
def test_a_back_off_grows_from_the_shortest_to_the_longest_wait(name, count, low, more):
    """Whatever its curve."""
    found = waits(name, count, low * SECOND, (low + more) * SECOND)
    assert len(found) == count
    assert (found[0], found[-1]) == (low * SECOND, (low + more) * SECOND)
    assert list(found) == sorted(found)


def test_the_four_curves_lie_below_each_other_as_drawn():
    """For AWS's own example of ten retries between 5 and 260 seconds."""
    curves = [waits(name, 10, 5 * SECOND, 260 * SECOND)[1:-1] for name in BACKOFFS]
    for place in zip(*curves, strict=True):
        assert list(place) == sorted(place, reverse=True)


def test_a_back_off_of_one_retry_waits_for_the_shortest_time():
    """There is nothing to grow to."""
    assert waits("exponential", 1, SECOND, 9 * SECOND) == (SECOND,)


phases = st.builds(
    Phase,
    st.integers(0, 300),
    st.lists(st.integers(0, 50), min_size=1, max_size=5).map(tuple),
)


@given(st.lists(phases, max_size=4), st.integers(0, 5_000))
def test_offsets_are_the_sums_of_the_waits(phases, length):
    """And the retries within a length are those whose offset it contains."""
    schedule = Schedule(*phases)
    listed = [
        phase.waits[min(n, len(phase.waits) - 1)] for phase in phases for n in range(phase.retries)
    ]
    offsets = [sum(listed[:retry]) for retry in range(1, len(listed) + 1)]
    assert [schedule.offset(retry) for retry in range(1, schedule.retries + 1)] == offsets
    assert schedule.length == sum(listed)
    assert schedule.retries_within(length) == sum(offset <= length for offset in offsets)
