"""Progress of a long advance: on a terminal, after a second, gone without trace; elsewhere nothing."""

import io
import itertools
from contextlib import contextmanager, suppress

import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.handles.progress import AFTER, Progress
from pytest_fakeaws.reporting.progress_line import ProgressLine
from pytest_fakeaws.sim.instants import SECOND


def watched(per_look, ticks):
    """What is shown of so many instants, a second apart, if each look at real time finds it later."""
    shown, real = [], itertools.count(step=per_look)
    progress = Progress(lambda when: None, shown.append, lambda: next(real))
    with progress.towards(0, 3_600 * SECOND):
        for tick in range(1, ticks + 1):
            progress.tick(tick * SECOND)
    return shown


def test_a_long_advance_shows_how_far_it_is():
    """Virtual time passed, of how much, and how many instants that took; at the end the line goes."""
    assert watched(AFTER, 128) == [
        "fakeaws: 00:01:04 of 01:00:00, 64 instants",
        "fakeaws: 00:02:08 of 01:00:00, 128 instants",
        "",
    ]


def test_a_short_advance_shows_nothing():
    """Not even an end."""
    assert watched(0, 1_000) == []


def test_real_time_is_looked_at_seldom():
    """Most instants pay for a count."""
    reads = []
    progress = Progress(lambda when: None, lambda text: None, lambda: reads.append(1) or 0.0)
    with progress.towards(0, None):
        for tick in range(640):
            progress.tick(tick)
    assert len(reads) == 11


def test_the_clock_s_own_listener_hears_of_each_instant():
    """Nothing is lost on the way."""
    heard = []
    progress = Progress(heard.append, lambda text: None, lambda: 0.0)
    for tick in range(3):
        progress.tick(tick)
    assert heard == [0, 1, 2]


@pytest.mark.parametrize(
    ("verb", "target"),
    [
        (lambda clock: clock.advance(3_600), " of 01:00:00"),
        (lambda clock: clock.advance_to("2030-01-01T01:00:00Z"), " of 01:00:00"),
        (lambda clock: clock.run_until_idle(), ""),
        (lambda clock: clock.run_until(lambda: False, timeout=3_600), ""),
    ],
    ids=["advance", "advance_to", "run_until_idle", "run_until"],
)
def test_every_verb_of_the_clock_shows_progress(monkeypatch, verb, target):
    """The target where it is known."""
    shown = []
    monkeypatch.setattr("pytest_fakeaws.handles.progress.AFTER", -1.0)
    monkeypatch.setattr("pytest_fakeaws.handles.progress._TICKS", 1)
    monkeypatch.setattr(FakeAWS, "show_progress", shown.append)
    with FakeAWS(host_time="off") as aws:
        queue = aws.create_queue("q", dead_letter_queue=True)
        queue.trigger(aws.create_function("f", lambda event, context: 1 / 0))
        queue.send("a")
        with suppress(TimeoutError):
            verb(aws.clock)
    assert [shown[0], shown[-1]] == [f"fakeaws: 00:00:30{target}, 1 instants", ""]


def test_the_line_is_written_below_and_the_place_restored(monkeypatch):
    """Past the capture, and cut to the width of the terminal."""
    steps = []

    class Capture:
        @contextmanager
        def global_and_fixture_disabled(self):
            steps.append("off")
            yield
            steps.append("on")

    monkeypatch.setenv("COLUMNS", "10")
    monkeypatch.setattr("sys.stderr", io.StringIO())
    import sys

    ProgressLine(Capture())("0123456789")
    assert sys.stderr.getvalue() == "\x1bD\x1bM\x1b7\x1bD\r\x1b[K012345678\x1b8"
    assert steps == ["off", "on"]


def test_nothing_is_shown_where_nobody_looks(run):
    """A file is no terminal."""
    run(
        """
        from pytest_fakeaws import FakeAWS

        def test_it(fakeaws):
            assert FakeAWS.show_progress is None
        """
    ).assert_outcomes(passed=1)
