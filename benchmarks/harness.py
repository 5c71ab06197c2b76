"""The measuring: CPU time of interleaved contestants, medians and ratios, one table and one JSON form.

All times are CPU seconds of the process that does the work (`time.process_time`, or what the system
says of a child), so that a busy machine disturbs them little. Contestants take turns, each round
beginning with another one; a ratio is the median of the ratios of the single rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TypeAlias

Meter: TypeAlias = Callable[[], float]
"""Measures once, and returns a cost: CPU seconds, as a rule."""

Setting: TypeAlias = Callable[[], AbstractContextManager[Callable[[], object]]]
"""Makes what a measurement needs, and takes it away again; in between it yields what is measured."""

_PACKAGES = ("pytest", "boto3", "botocore", "greenlet", "freezegun", "time-machine", "moto")
_UNITS = {"x": 1.0, "s": 1.0, "ms": 1e3, "us": 1e6, "B": 1.0}


@dataclass(frozen=True)
class Effort:
    """How much is done: everything, or a hundredth for a look at whether the scripts still work."""

    quick: bool = False

    def rounds(self, number: int) -> int:
        """How often each contestant has its turn."""
        return 2 if self.quick else number

    def size(self, number: int) -> int:
        """How many messages, tests or calls a measurement has."""
        return max(10, number // 100) if self.quick else number


@dataclass(frozen=True)
class Row:
    """One line of the report.

    Attributes:
        what: What was measured, against what.
        measured: The figure.
        unit: `x` for a ratio, else the unit of the figure.
        budget: What it must not exceed; `None` where nothing is promised.
        spread: The figure's first and third quartile over the rounds.
        costs: The medians behind it by contestant, in seconds.
        note: What a reader must know.
        curve: The curve that it is a point of, if it is one.
        size: And where on it.
    """

    what: str
    measured: float
    unit: str = "x"
    budget: float | None = None
    spread: tuple[float, float] | None = None
    costs: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    curve: str = ""
    size: int = 0

    @property
    def met(self) -> bool | None:
        """Whether the budget is met; `None` where there is none."""
        return None if self.budget is None else self.measured <= self.budget


class Costs:
    """What each contestant cost in each round."""

    def __init__(self, samples: Mapping[str, Sequence[float]]) -> None:
        self._samples = samples

    def median(self, name: str) -> float:
        """What *name* costs."""
        return statistics.median(self._samples[name])

    def ratio(self, what: str, name: str, base: str, budget: float | None = None) -> Row:
        """*name* over *base*."""
        pairs = zip(self._samples[name], self._samples[base], strict=True)
        figures = [one / other for one, other in pairs]
        return self._row(what, figures, "x", budget, (name, base))

    def figure(self, what: str, name: str, unit: str, budget: float | None = None) -> Row:
        """What *name* costs, in *unit*."""
        figures = [sample * _UNITS[unit] for sample in self._samples[name]]
        return self._row(what, figures, unit, budget, ())

    def difference(
        self, what: str, name: str, base: str, unit: str, budget: float | None = None
    ) -> Row:
        """What *name* costs more than *base*, in *unit*."""
        pairs = zip(self._samples[name], self._samples[base], strict=True)
        figures = [(one - other) * _UNITS[unit] for one, other in pairs]
        return self._row(what, figures, unit, budget, (name, base))

    def _row(
        self,
        what: str,
        figures: Sequence[float],
        unit: str,
        budget: float | None,
        behind: Sequence[str],
    ) -> Row:
        first, middle, third = statistics.quantiles(figures, n=4, method="inclusive")
        medians = {name: self.median(name) for name in behind}
        return Row(what, middle, unit, budget, (first, third), medians)


def interleaved(meters: Mapping[str, Meter], rounds: int) -> Costs:
    """Let each of *meters* have its turn in each round, after one round that does not count."""
    names = list(meters)
    for name in names:
        meters[name]()
    samples: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            samples[name].append(meters[name]())
    return Costs(samples)


def cpu(setting: Setting, calls: int = 1) -> Meter:
    """Measures what *setting* yields, by CPU time of this process for one of its *calls*.

    Garbage is collected before, not counted; while it runs, the collector is as anybody has it.
    """

    def measure() -> float:
        with setting() as work:
            gc.collect()
            begin = time.process_time()
            work()
            return (time.process_time() - begin) / calls

    return measure


def child_cpu(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Meter:
    """Measures a whole child process, by the CPU time that the system has counted for it."""

    def measure() -> float:
        with (folder / "output.txt").open("w+") as output:
            child = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                output.seek(0)
                raise RuntimeError(f"{' '.join(command)}\n{output.read()}")
        return usage.ru_utime + usage.ru_stime

    return measure


def main(what: str, measure: Callable[[Effort], Iterable[Row]]) -> int:
    """Run one script: read its arguments, measure, report.

    Args:
        what: The script's docstring.
        measure: Yields the rows.
    """
    options = arguments(what).parse_args()
    report(list(measure(Effort(options.quick))), options.json)
    return 0


def arguments(what: str) -> argparse.ArgumentParser:
    """The arguments that all scripts have."""
    parser = argparse.ArgumentParser(description=what.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures there as well")
    parser.add_argument(
        "--quick", action="store_true", help="little work: shows that it runs, measures nothing"
    )
    return parser


def report(rows: Sequence[Row], file: Path | None) -> None:
    """Print *rows* as a table, and write them to *file* as JSON."""
    print(table(rows))
    if file is not None:
        document = {**conditions(), "rows": [{**asdict(row), "met": row.met} for row in rows]}
        file.write_text(json.dumps(document, indent=2) + "\n")


def rows_of(file: Path) -> list[Row]:
    """The rows that a script has written to *file*."""
    documents = json.loads(file.read_text())["rows"]
    return [
        Row(**{name: value for name, value in row.items() if name != "met"}) for row in documents
    ]


def conditions() -> dict[str, str | dict[str, str]]:
    """What the figures hold for."""
    installed = {package.metadata["Name"].lower() for package in metadata.distributions()}
    versions = {name: metadata.version(name) for name in _PACKAGES if name in installed}
    return {"python": platform.python_version(), "system": sys.platform, "versions": versions}


def table(rows: Sequence[Row]) -> str:
    """*rows* as people read them."""
    lines = [("what", "measured", "quartiles", "budget", "", "medians")]
    lines += [
        (
            row.what,
            _shown(row.measured, row.unit),
            "" if row.spread is None else "-".join(f"{figure:.3g}" for figure in row.spread),
            "" if row.budget is None else f"<= {_shown(row.budget, row.unit)}",
            {True: "met", False: "MISSED", None: ""}[row.met],
            _remarks(row),
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]) - 1)]
    return "\n".join(
        "  ".join([*map(str.ljust, line, widths), line[-1]]).rstrip() for line in lines
    )


def _remarks(row: Row) -> str:
    costs = ", ".join(f"{name} {_seconds(cost)}" for name, cost in row.costs.items())
    return "; ".join(part for part in (costs, row.note) if part)


def _shown(figure: float, unit: str) -> str:
    if unit == "x":
        return f"{figure:.3g}x" if figure < 1 else f"{figure:.2f}x"
    return f"{figure:,.0f} {unit}" if unit == "B" else f"{figure:.3g} {unit}"


def _seconds(cost: float) -> str:
    for unit in ("s", "ms"):
        if cost * _UNITS[unit] >= 1:
            return f"{cost * _UNITS[unit]:.3g} {unit}"
    return f"{cost * 1e6:.3g} us"
