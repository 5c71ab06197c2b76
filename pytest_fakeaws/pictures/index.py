"""The index of the pages of many tests."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from pytest_fakeaws.journal.wording import number
from pytest_fakeaws.pictures.page import filled, source


class Row(NamedTuple):
    """A test and its page.

    Attributes:
        file: The name of the page.
        test: What the test is called.
        outcome: `passed` or `failed`.
        lasted: How much virtual time it took, as a clock shows it.
        lines: How many lines the page has.
        lost: How many messages, events and notifications nobody handled.
    """

    file: str
    test: str
    outcome: str
    lasted: str
    lines: int
    lost: int


def index(rows: Iterable[Row]) -> str:
    """The text of the page: tests that failed first, otherwise in their order."""
    ordered = sorted(rows, key=lambda row: row.outcome != "failed")
    failed = sum(row.outcome == "failed" for row in ordered)
    return filled(
        "index.html",
        style=source("page.css"),
        summary=f"{number(len(ordered), 'test')}, {failed:,} failed",
        rows="\n".join(map(_row, ordered)),
    )


def _row(row: Row) -> str:
    link = f'<a href="{escape(row.file)}">{escape(row.test)}</a>'
    numbers = "".join(
        f'<td class="number">{text}</td>'
        for text in (row.lasted, f"{row.lines:,}", f"{row.lost:,}" if row.lost else "")
    )
    return f'<tr><td>{link}</td><td class="{row.outcome}">{row.outcome}</td>{numbers}</tr>'
