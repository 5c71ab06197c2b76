"""A picture as SVG: lanes from left to right, time from top to bottom, what happened beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

from pytest_fakeaws.journal.wording import number, short
from pytest_fakeaws.pictures.picture import Mark, Picture
from pytest_fakeaws.sim.instants import timer, to_datetime

COLOURS = 8
"""How many colours paths take turns in; the style names them."""

_TIME, _LANE, _ROW, _HEAD, _GAP, _FOOT = 84, 30, 20, 96, 8, 12
_LETTER, _TEXT = 7.3, 96

_STYLE = """
.ground { fill: #fff }
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #24292f }
.time, .note { fill: #6e7781 }
.lane { stroke: #d0d7de; stroke-width: 1 }
.path { fill: none; stroke-width: 2.5; stroke-opacity: .75 }
.cause { fill: none; stroke: #8c959f; stroke-width: 1.2; stroke-dasharray: 3 3 }
.bad { fill: #cf222e } .good { fill: #1a7f37 } .faint { fill: #6e7781 }
.c0 { stroke: #0969da } .c1 { stroke: #8250df } .c2 { stroke: #bf8700 } .c3 { stroke: #1b7c83 }
.c4 { stroke: #bf3989 } .c5 { stroke: #57606a } .c6 { stroke: #bc4c00 } .c7 { stroke: #4d7a0a }
.mark { fill: #fff; stroke-width: 2.5 } .mark.bad { fill: #cf222e } .mark.good { fill: #1a7f37 }
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117 } text { fill: #e6edf3 } .time, .note, .faint { fill: #8b949e } .lane { stroke: #30363d }
.mark { fill: #0d1117 } .bad, .mark.bad { fill: #ff7b72 } .good, .mark.good { fill: #3fb950 }
.c0 { stroke: #58a6ff } .c1 { stroke: #bc8cff } .c2 { stroke: #e3b341 } .c3 { stroke: #39c5cf }
.c4 { stroke: #ff9bce } .c5 { stroke: #b1bac4 } .c6 { stroke: #ffa657 } .c7 { stroke: #a5d65c }
}
"""


def svg(picture: Picture, *, most: int = 200) -> str:
    """The text of the drawing.

    Args:
        picture: What to draw.
        most: How many marks to draw at the most; the oldest go first.
    """
    return _Drawing(picture, picture.marks[-most:] if most else ()).text()


class _Drawing:
    def __init__(self, picture: Picture, marks: Iterable[Mark]) -> None:
        self._picture = picture
        self._marks = tuple(marks)
        self._heights = dict(self._rows())
        self._colours = {
            subject: position % COLOURS for position, subject in enumerate(picture.names)
        }
        self._text_x = _TIME + _LANE * len(picture.lanes) + 10
        last = max(self._heights.values(), default=_HEAD)
        longest = max((len(short(mark.text, _TEXT)) for mark in self._marks), default=20)
        self._width = round(self._text_x + longest * _LETTER + 16)
        self._height = last + _ROW + _FOOT

    def text(self) -> str:
        """The whole drawing."""
        title = escape(self._picture.title)
        parts = [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{self._width}" height="{self._height}" '
                f'viewBox="0 0 {self._width} {self._height}" role="img" aria-label="{title}">'
            ),
            f"<title>{title}</title><style>{_STYLE}</style>",
            '<rect class="ground" width="100%" height="100%"/>',
            *self._lanes(),
            *self._causes(),
            *self._paths(),
            *self._times(),
            *(self._mark(mark) for mark in self._marks),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _rows(self) -> Iterator[tuple[int, int]]:
        """How far down each mark stands; where time passes there is a gap."""
        y, before = _HEAD, None
        for mark in self._marks:
            y += _ROW + (_GAP if before not in (None, mark.at) else 0)
            before = mark.at
            yield mark.number, y

    def _x(self, lane: int) -> int:
        return _TIME + _LANE * lane + _LANE // 2

    def _lanes(self) -> Iterator[str]:
        for position, lane in enumerate(self._picture.lanes):
            x = self._x(position)
            yield f'<line class="lane" x1="{x}" y1="{_HEAD}" x2="{x}" y2="{self._height - _FOOT}"/>'
            yield (
                f'<text transform="translate({x} {_HEAD - 8}) rotate(-40)">'
                f"{escape(short(lane.name, 24))}</text>"
            )

    def _times(self) -> Iterator[str]:
        begun = f"{to_datetime(self._picture.start):%Y-%m-%d %H:%M} UTC, seed {self._picture.seed}"
        yield f'<text class="note" x="{self._text_x}" y="{_HEAD - 8}">{begun}</text>'
        left_out = len(self._picture.marks) - len(self._marks) + self._picture.dropped
        if left_out:
            note = f"{number(left_out, 'earlier line')} left out"
            yield f'<text class="note" x="{self._text_x}" y="{_HEAD + 6}">{note}</text>'
        now = None
        for mark in self._marks:
            if mark.at != now:
                now = mark.at
                y = self._heights[mark.number] + 4
                yield f'<text class="time" x="8" y="{y}">{timer(now)}</text>'

    def _causes(self) -> Iterator[str]:
        """What led to something else without being on its way."""
        shown = {mark.number: mark for mark in self._marks}
        for mark in self._marks:
            for parent in map(shown.get, mark.parents):
                if parent is not None and {*parent.about}.isdisjoint(mark.about):
                    yield self._line("cause", parent.lane, parent, mark.lane, mark)

    def _paths(self) -> Iterator[str]:
        shown = self._heights
        for subject, path in self._picture.paths().items():
            marks = [mark for mark in path if mark.number in shown]
            colour = f"path c{self._colours[subject]}"
            for mark in marks:
                if mark.target is not None:
                    yield self._line(colour, mark.lane, mark, mark.target, mark)
            for before, after in pairwise(marks):
                start = before.lane if before.target is None else before.target
                yield self._line(colour, start, before, after.lane, after)

    def _line(self, colour: str, start: int, before: Mark, end: int, after: Mark) -> str:
        x1, y1 = self._x(start), self._heights[before.number]
        x2, y2 = self._x(end), self._heights[after.number]
        if x1 == x2 or y1 == y2:
            return f'<path class="{colour}" d="M{x1} {y1}L{x2} {y2}"/>'
        bend = max(y1, y2 - _ROW)
        return f'<path class="{colour}" d="M{x1} {y1}V{bend}C{x1} {y2} {x2} {bend} {x2} {y2}"/>'

    def _mark(self, mark: Mark) -> str:
        x, y = self._x(mark.lane), self._heights[mark.number]
        colour = f"mark {mark.tone} c{self._colours[mark.about[0]] if mark.about else 5}"
        if mark.tone == "bad":
            shape = f'<path class="{colour}" d="M{x} {y - 6}l6 6l-6 6l-6 -6z"/>'
        else:
            shape = f'<circle class="{colour}" cx="{x}" cy="{y}" r="4.5"/>'
        if mark.target is not None:
            shape += f'<circle class="{colour}" cx="{self._x(mark.target)}" cy="{y}" r="3"/>'
        text = escape(short(mark.text, _TEXT))
        who = escape(self._picture.lanes[mark.lane].name)
        return (
            f"<g><title>{who}: {escape(mark.text)}</title>{shape}"
            f'<text class="{mark.tone}" x="{self._text_x}" y="{y + 4}">{text}</text></g>'
        )
