"""Figures as a picture: ratios as bars beside their budgets, growth as curves. Plain SVG, both on logarithmic scales."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from benchmarks.harness import Row

_WIDTH, _LEFT, _RIGHT, _LINE, _PANEL = 1000, 480, 70, 20, 420
_COLOURS = ("#2f6feb", "#1a7f37", "#8250df", "#cf222e", "#bc4c00", "#9a6700")
_OURS, _MISSED, _THEIRS = "#2f6feb", "#cf222e", "#8b949e"


class _Scale:
    """A logarithmic axis, from one power of ten to another."""

    def __init__(self, values: Iterable[float], begin: float, end: float) -> None:
        known = [value for value in values if value > 0]
        self._low = math.floor(math.log10(min(known)))
        self._high = max(math.ceil(math.log10(max(known))), self._low + 1)
        self._begin, self._end = begin, end

    def at(self, value: float) -> float:
        share = (math.log10(max(value, 10**self._low)) - self._low) / (self._high - self._low)
        return self._begin + share * (self._end - self._begin)

    @property
    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self._low, self._high + 1)]


def drawn(rows: Sequence[Row]) -> str:
    """Draw *rows*: those that are ratios, and those that are points of curves."""
    ratios = [row for row in rows if row.unit == "x"]
    points = [row for row in rows if row.curve]
    bars = list(_bars(ratios)) if ratios else []
    height = (len(ratios) + 3) * _LINE if ratios else 0
    curves = list(_curves(points, height)) if points else []
    height += _PANEL if points else 0
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="system-ui, sans-serif" font-size="12">'
    )
    return "\n".join(
        [
            opening,
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            *bars,
            *curves,
            "</svg>\n",
        ]
    )


def _bars(rows: Sequence[Row]) -> Iterator[str]:
    budgets = [row.budget for row in rows if row.budget is not None]
    scale = _Scale([*(row.measured for row in rows), *budgets], _LEFT, _WIDTH - _RIGHT)
    bottom = (len(rows) + 1) * _LINE
    for tick in scale.ticks:
        yield _line(scale.at(tick), _LINE, scale.at(tick), bottom, "#d0d7de")
        yield _text(scale.at(tick), bottom + 15, f"{tick:g}x", "middle")
    for number, row in enumerate(rows, 1):
        y = number * _LINE
        length = max(scale.at(row.measured) - _LEFT, 1)
        yield _text(_LEFT - 8, y + 14, row.what, "end")
        yield (
            f'<rect x="{_LEFT}" y="{y + 4}" width="{length:.1f}" height="{_LINE - 8}" '
            f'fill="{_colour(row)}"/>'
        )
        label = _LEFT + length
        if row.budget is not None:
            x = scale.at(row.budget)
            label = max(label, x)
            yield _line(x, y + 1, x, y + _LINE - 1, "#1f2328", width=2)
        yield _text(label + 5, y + 14, f"{row.measured:.3g}", "start")


def _colour(row: Row) -> str:
    if row.met is False:
        return _MISSED
    return _THEIRS if "moto" in row.what else _OURS


def _curves(points: Sequence[Row], top: float) -> Iterator[str]:
    left, right, bottom = 80, _WIDTH - 240, top + _PANEL - 50
    across = _Scale((row.size for row in points), left, right)
    up = _Scale((row.measured for row in points), bottom, top + 30)
    for tick in across.ticks:
        yield _line(across.at(tick), top + 30, across.at(tick), bottom, "#d0d7de")
        yield _text(across.at(tick), bottom + 16, f"{tick:,.0f}", "middle")
    for tick in up.ticks:
        yield _line(left, up.at(tick), right, up.at(tick), "#d0d7de")
        yield _text(left - 6, up.at(tick) + 4, f"{tick:,.0f} {points[0].unit}", "end")
    yield _text((left + right) / 2, bottom + 36, "messages waiting", "middle")
    for number, name in enumerate(dict.fromkeys(row.curve for row in points)):
        curve = [row for row in points if row.curve == name]
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{across.at(row.size):.1f},{up.at(row.measured):.1f}" for row in curve)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        y = top + 50 + number * _LINE
        yield _line(right + 20, y - 4, right + 44, y - 4, colour, width=2)
        yield _text(right + 50, y, name, "start")


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: int = 1) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
