"""Start-up: a whole pytest run of one empty test, with the plugin loaded but unused, over one without.

The two differ by little, so there are many rounds. They are compared with the plugin merely loaded, which
is what it costs itself, and with the package installed where pytest finds it: then pytest also looks for
each file of the package, whatever the plugin does. moto's import is measured as pytest with a test file
that imports it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.contestants import installed_run, pytest_run
from benchmarks.harness import Effort, Row, interleaved, main

_EMPTY = "def test_nothing():\n    pass\n"


def measure(effort: Effort) -> Iterator[Row]:
    """The plugin, then moto."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        without = pytest_run(folder / "without", _EMPTY, plugin=False)
        loaded = pytest_run(folder / "with", _EMPTY, plugin=True)
        costs = interleaved({"with": loaded, "without": without}, effort.rounds(100))
        yield costs.ratio("pytest with the plugin unused / without it", "with", "without", 1.03)
        costs = interleaved(
            {
                "with": installed_run(folder / "installed", _EMPTY, plugin=True),
                "without": installed_run(folder / "alone", _EMPTY, plugin=False),
            },
            effort.rounds(50),
        )
        yield costs.ratio(
            "the same, with the files of the package installed", "with", "without", 1.03
        )
        moto = pytest_run(folder / "moto", f"import moto\n\n{_EMPTY}", plugin=False)
        costs = interleaved({"moto": moto, "without": without}, effort.rounds(9))
        yield costs.ratio("pytest with moto imported / without it", "moto", "without")


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
