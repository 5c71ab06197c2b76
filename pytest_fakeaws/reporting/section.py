"""The section of a failing test: the story of its messages, plain in the report, in colour on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pytest_fakeaws.journal.timeline import Timeline

TITLE = "fakeaws timeline"

_TONES = "fakeaws_tones"
"""The attribute of a report that says how each line of its section sounds; workers of xdist send it along."""

_MARKUP: dict[str, dict[str, bool]] = {
    "good": {"green": True},
    "bad": {"red": True},
    "faint": {"light": True},
    "title": {"bold": True},
}


def add_section(report: Any, timeline: Timeline) -> None:
    """Add the story to the report of a test."""
    report.sections.append((TITLE, str(timeline)))
    setattr(report, _TONES, list(timeline.tones))


@contextmanager
def painted(reports: Iterable[Any], writer: Any) -> Iterator[None]:
    """While pytest's terminal prints, let the sections have the colours that it wants, if any.

    Args:
        reports: Those that may be shown.
        writer: pytest's `TerminalWriter`, which knows of `--color` and `NO_COLOR`.
    """
    plain: list[tuple[Any, list[tuple[str, str]]]] = []
    if writer.hasmarkup:
        for report in reports:
            tones = getattr(report, _TONES, None)
            if tones is not None:
                plain.append((report, report.sections))
                report.sections = [
                    (title, _painted(text, tones, writer) if title == TITLE else text)
                    for title, text in report.sections
                ]
    try:
        yield
    finally:
        for report, sections in plain:
            report.sections = sections


def _painted(text: str, tones: list[str], writer: Any) -> str:
    lines = zip(text.split("\n"), tones, strict=True)
    return "\n".join(writer.markup(line, **_MARKUP.get(tone, {})) for line, tone in lines)
