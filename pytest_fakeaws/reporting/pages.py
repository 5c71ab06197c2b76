"""The report of a run: a page for each test, and an index of them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_fakeaws.journal.wording import number
from pytest_fakeaws.pictures.index import Row, index
from pytest_fakeaws.pictures.page import page
from pytest_fakeaws.sim.instants import timer

if TYPE_CHECKING:
    from pytest_fakeaws.fake import FakeAWS

ROW = "fakeaws_page"
"""The attribute of a report that has its row of the index; workers of xdist send it along."""

_LONGEST = 80


class Pages:
    """Writes the pages, and in the end the index. Its methods are hooks of pytest's.

    Args:
        folder: Where to.
        main: Whether this is the process that hears of all tests, and no worker of xdist's.
    """

    def __init__(self, folder: str, *, main: bool) -> None:
        self._folder = Path(folder)
        self._main = main
        self._rows: dict[str, Row] = {}

    def add(self, report: Any, aws: FakeAWS) -> None:
        """Write the page of a test, and note its row of the index in the test's report."""
        picture = aws.picture(title=report.nodeid).picture
        row = Row(
            _file_name(report.nodeid),
            report.nodeid,
            "failed" if report.failed else "passed",
            timer(picture.lasted),
            len(picture.marks),
            len(picture.ends),
        )
        self._write(row.file, page(picture, indexed=True))
        setattr(report, ROW, list(row))

    def _write(self, name: str, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_text(text, encoding="utf-8")

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep a test's row; of several the last counts, for what fails later has failed."""
        row = getattr(report, ROW, None)
        if row is not None:
            self._rows[row[1]] = Row(*row)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the index, and say where it is."""
        if self._main:
            self._write("index.html", index(self._rows.values()))
            pages = number(len(self._rows), "page")
            terminalreporter.write_line(f"fakeaws report: {self._folder / 'index.html'} ({pages})")


def _file_name(test: str) -> str:
    """A name that every file system takes, and no other test has."""
    digest = hashlib.sha256(test.encode()).hexdigest()[:8]
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", test.removesuffix("]")).strip("-")
    return f"{stem[-_LONGEST:].lstrip('-')}-{digest}.html"
