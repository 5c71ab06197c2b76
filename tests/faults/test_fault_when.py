"""When a fault strikes: a pure question of occasions, hits and instants."""

from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeaws.faults.when import When

WHENS = st.builds(
    When,
    times=st.none() | st.integers(1, 5),
    every=st.integers(1, 4),
    skip=st.integers(0, 4),
    until=st.integers(0, 40),
    probability=st.sampled_from([0.0, 0.3, 1.0]),
)
DRAWS = st.lists(st.floats(0, 1, exclude_max=True), min_size=30, max_size=30)


def struck(when, draws):
    """The occasions that are hit, one occasion in each unit of time."""
    hits = []
    for occasion, draw in enumerate(draws, 1):
        if when.strikes(occasion, len(hits), occasion, lambda draw=draw: draw):
            hits.append(occasion)
    return hits


@given(WHENS, DRAWS)
def test_every_limit_holds_at_once(when, draws):
    """Times, every, skip, the end, and the probability."""
    hits = struck(when, draws)

    assert len(hits) <= (when.times or 30)
    assert all((occasion - when.skip) % when.every == 0 for occasion in hits)
    assert all(when.skip < occasion < when.until for occasion in hits)
    assert all(draws[occasion - 1] < when.probability or when.probability == 1 for occasion in hits)


@given(WHENS, DRAWS)
def test_nothing_is_left_out_that_no_limit_keeps_out(when, draws):
    """A fault strikes at the first occasions that it may strike at."""
    allowed = [
        occasion
        for occasion in range(1, 31)
        if occasion > when.skip
        and (occasion - when.skip) % when.every == 0
        and occasion < when.until
        and (when.probability == 1 or draws[occasion - 1] < when.probability)
    ]

    assert struck(when, draws) == allowed[: when.times]


@given(WHENS)
def test_nothing_is_drawn_for_what_is_certain(when):
    """So a fault without a probability changes no stream."""

    def draw():
        raise AssertionError

    certain = when._replace(probability=1.0)
    assert isinstance(certain.strikes(when.skip + when.every, 0, 0, draw), bool)
