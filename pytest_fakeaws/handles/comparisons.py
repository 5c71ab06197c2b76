"""Comparisons of views, explained: which messages make the difference, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from pytest_fakeaws.handles.explaining import explanations
from pytest_fakeaws.handles.invocations import Invocation, Invocations
from pytest_fakeaws.handles.views import Bodies, Look, Message, Messages
from pytest_fakeaws.journal.explanation import Explanations
from pytest_fakeaws.journal.story import Story
from pytest_fakeaws.journal.wording import number, short

EXPLAINED = 4
"""How many messages a comparison explains at the most."""

_WITH_LINES = 12
"""How many lines of a timeline it may have."""


class Comparison(NamedTuple):
    """Why a comparison came out as it did.

    Attributes:
        lines: The explanation.
        timeline: The lines of the timeline that bear it out.
        concerned: The ids of the messages or invocations that made the difference.
    """

    lines: list[str]
    timeline: list[str]
    concerned: tuple[str, ...]


def compared(operator: str, left: object, right: object) -> Comparison | None:
    """Explain a comparison, if one side of it is a view."""
    for view, other in ((left, right), (right, left)):
        if isinstance(view, Bodies) and view.messages.look is not None:
            return _of_messages(operator, view.messages, view.messages.look, other)
        if isinstance(view, Messages) and view.look is not None:
            return _of_messages(operator, view, view.look, other)
        if isinstance(view, Invocations) and view.look is not None:
            return _of_invocations(view, view.look, other)
    return None


def _of_messages(operator: str, view: Messages, look: Look, other: object) -> Comparison:
    known = explanations(look.cloud)
    expected = _texts(other)
    extra, missing = _difference(operator, view, expected)
    ids = [message.id for message in extra]
    unknown: list[str] = []
    for text in missing:
        named = known.named(text)
        ids += [one for one in named if one not in ids]
        unknown += [] if named else [f"{short(text)!r} was never sent."]
    title = f"{number(len(view), 'message')} {look.standing} {look.name}."
    return _comparison(title, known, ids, unknown, look)


def _texts(other: object) -> list[str] | None:
    """The bodies that *other* stands for, if it stands for any."""
    things = other if isinstance(other, (list, tuple, set, frozenset)) else (other,)
    texts = [one.body if isinstance(one, Message) else one for one in things]
    return [one for one in texts if isinstance(one, str)] if _all_texts(texts) else None


def _all_texts(texts: Iterable[object]) -> bool:
    return all(isinstance(one, str) for one in texts)


def _difference(
    operator: str, view: Messages, expected: list[str] | None
) -> tuple[list[Message], list[str]]:
    """The messages that should not be there, and the texts that should; all messages if neither is it."""
    if expected is None or operator not in {"==", "in", "not in"}:
        return list(view), []
    if operator == "in":
        return [], expected
    if operator == "not in":
        return [message for message in view if message.body in expected], []
    unmatched = Counter(expected)
    extra = []
    for message in view:
        if unmatched[message.body]:
            unmatched[message.body] -= 1
        else:
            extra.append(message)
    missing = list(unmatched.elements())
    return (extra, missing) if extra or missing else (list(view), [])


def _of_invocations(view: Invocations, look: Look, other: object) -> Comparison:
    expected = list(other) if isinstance(other, (list, tuple)) else []
    extra = [run for run in view if run not in expected] or list(view)
    missing = [run for run in expected if isinstance(run, Invocation) and run not in view]
    ids = list(dict.fromkeys(run.request_id for run in (*extra, *missing)))
    title = f"{number(len(view), 'invocation')} {look.standing} {look.name}."
    return _comparison(title, explanations(look.cloud), ids, [], look)


def _comparison(
    title: str, known: Explanations, ids: list[str], unknown: list[str], look: Look
) -> Comparison:
    lines = [title, *(known.of(one) for one in ids[:EXPLAINED]), *unknown[:EXPLAINED]]
    more = len(ids) - EXPLAINED
    if more > 0:
        lines.append(f"... and {number(more, 'other')}.")
    concerned = tuple(ids)
    return Comparison(lines, _timeline(look, concerned), concerned)


def _timeline(look: Look, concerned: tuple[str, ...]) -> list[str]:
    """The lines about these alone, if they are few and hard to find among those about others."""
    start = look.cloud.simulation.start
    everything = list(Story(start).lines(look.cloud.journal))
    about = [line for line in everything if not set(concerned).isdisjoint(line.about)]
    if not 0 < len(about) <= min(_WITH_LINES, len(everything) // 2):
        return []
    return ["", *map(str, about)]
