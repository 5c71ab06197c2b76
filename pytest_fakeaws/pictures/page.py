"""A picture as one page of HTML that needs nothing else: no network, no other file."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from pytest_fakeaws.journal.entries import MessageSent
from pytest_fakeaws.journal.wording import number
from pytest_fakeaws.pictures.details import attributes, details
from pytest_fakeaws.pictures.occupancy import levels
from pytest_fakeaws.pictures.picture import Mark, Picture
from pytest_fakeaws.sim.instants import timer, to_datetime

_PLACE = re.compile(r"@(\w+)@")


def page(picture: Picture, *, indexed: bool = False) -> str:
    """The text of the page.

    Args:
        picture: What it shows.
        indexed: Whether an `index.html` stands beside it.
    """
    return filled(
        "page.html",
        title=escape(picture.title),
        style=source("page.css"),
        script=source("page.js"),
        text=escape(_as_text(picture)),
        data=as_data({**_data(picture), "indexed": indexed}),
    )


def filled(template: str, **texts: str) -> str:
    """A file of this package with texts put where it names them."""
    return _PLACE.sub(lambda place: texts.get(place[1], place[0]), source(template))


@cache
def source(name: str) -> str:
    """The text of a file of this package."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def as_data(value: Any) -> str:
    """JSON that can stand inside a script element, whatever texts are in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def summary(picture: Picture) -> str:
    """When it began, how long it lasted, and how much there is in it."""
    begun = f"{to_datetime(picture.start):%Y-%m-%d %H:%M:%S} UTC, seed {picture.seed}"
    lines = number(len(picture.marks), "line")
    forgotten = f"; {number(picture.dropped, 'older fact')} forgotten" if picture.dropped else ""
    return f"from {begun}; {timer(picture.lasted)} of virtual time, {lines}{forgotten}"


def _data(picture: Picture) -> dict[str, Any]:
    sent_with = attributes(picture)
    ids = {subject: position for position, subject in enumerate(picture.names)}
    return {
        "summary": summary(picture),
        "lanes": [
            {"kind": lane.kind, "name": lane.name, "resource": lane.resource}
            for lane in picture.lanes
        ],
        "marks": [_mark(mark, ids) for mark in picture.marks],
        "subjects": [
            {"id": subject, "name": name, "end": picture.ends.get(subject)}
            for subject, name in picture.names.items()
        ],
        "levels": list(levels(picture)),
        "details": {mark.number: _details(picture, mark, sent_with) for mark in picture.marks},
    }


def _mark(mark: Mark, ids: dict[str, int]) -> tuple[Any, ...]:
    about = [ids[subject] for subject in mark.about]
    clock = timer(mark.at)
    return (
        mark.number,
        mark.at,
        clock,
        mark.lane,
        mark.target,
        mark.tone,
        mark.text,
        about,
        mark.parents,
    )


def _details(picture: Picture, mark: Mark, sent_with: dict[str, str]) -> dict[str, str]:
    shown = details(picture, mark)
    if isinstance(mark.fact, MessageSent) and mark.fact.message_id in sent_with:
        shown["attributes"] = sent_with[mark.fact.message_id]
    if mark.details:
        shown["also"] = "\n".join(mark.details)
    return shown


def _as_text(picture: Picture) -> str:
    return "\n".join(
        f"{timer(mark.at)}  {picture.lanes[mark.lane].name:<16} {mark.text}"
        for mark in picture.marks
    )
