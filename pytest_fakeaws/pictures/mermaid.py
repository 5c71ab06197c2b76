"""A picture as a sequence diagram of Mermaid, for a README or a pull request.

See https://mermaid.js.org/syntax/sequenceDiagram.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_fakeaws.journal.entries import MessageReceived
from pytest_fakeaws.journal.wording import number
from pytest_fakeaws.pictures.picture import Mark, Picture
from pytest_fakeaws.sim.instants import timer

_TEST = "test"
_ESCAPES = str.maketrans({"#": "#35;", ";": "#59;", "<": "#lt;", ">": "#gt;", "%": "#37;"})


def mermaid(picture: Picture, *, most: int = 100) -> str:
    """The text of the diagram.

    Args:
        picture: What to draw.
        most: How many marks to draw at the most; the oldest go first.
    """
    return "\n".join(["sequenceDiagram", *(f"    {line}" for line in _lines(picture, most))]) + "\n"


def _lines(picture: Picture, most: int) -> Iterator[str]:
    shown = picture.marks[-most:] if most else ()
    yield f"participant {_TEST}"
    for position, lane in enumerate(picture.lanes):
        yield f"participant L{position} as {_escaped(lane.name)}"
    everyone = f"{_TEST},L{len(picture.lanes) - 1}" if picture.lanes else _TEST
    if len(shown) < len(picture.marks):
        left_out = number(len(picture.marks) - len(shown), "earlier line")
        yield f"Note over {everyone}: {left_out} left out"
    by_number = {mark.number: mark for mark in shown}
    now = None
    for mark in shown:
        if mark.at != now:
            now = mark.at
            yield f"Note over {everyone}: {timer(now)}"
        yield _line(mark, by_number)


def _line(mark: Mark, by_number: dict[int, Mark]) -> str:
    here, text = f"L{mark.lane}", _escaped(mark.text)
    if mark.target is not None:
        return f"{here}->>L{mark.target}: {text}"
    if not mark.parents:
        return f"{_TEST}->>{here}: {text}"
    others = [
        parent.lane
        for number in mark.parents
        if (parent := by_number.get(number)) is not None and _leads(parent, mark)
    ]
    return f"L{others[-1]}->>{here}: {text}" if others else f"Note over {here}: {text}"


def _leads(parent: Mark, mark: Mark) -> bool:
    """Whether an arrow from *parent* says something: a message that comes back comes from nowhere else."""
    returned = isinstance(mark.fact, MessageReceived) and not {*parent.about}.isdisjoint(mark.about)
    return parent.lane != mark.lane and not returned


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
