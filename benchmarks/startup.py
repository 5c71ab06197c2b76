"""Start-up: a whole pytest run of one empty test, with the plugin installed but unused, over one without.

Without it means `-p no:fakeaws`: pytest then does not even import it. The two differ by little, so there
are many rounds. moto's import is measured as pytest with a test file that imports it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import Effort, Meter, Row, child_cpu, interleaved, main


def measure(effort: Effort) -> Iterator[Row]:
    """The plugin, then moto."""
    with tempfile.TemporaryDirectory() as folder:
        empty = _folder(Path(folder), "empty", "def test_nothing():\n    pass\n")
        moto = _folder(Path(folder), "moto", "import moto\n\ndef test_nothing():\n    pass\n")
        costs = interleaved(
            {"with": _pytest(empty), "without": _pytest(empty, "-p", "no:fakeaws")},
            effort.rounds(80),
        )
        yield costs.ratio("pytest with the plugin unused / without it", "with", "without", 1.03)
        costs = interleaved(
            {
                "moto": _pytest(moto, "-p", "no:fakeaws"),
                "without": _pytest(empty, "-p", "no:fakeaws"),
            },
            effort.rounds(9),
        )
        yield costs.ratio("pytest with moto imported / without it", "moto", "without")


def _folder(parent: Path, name: str, source: str) -> Path:
    folder = parent / name
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / f"test_{name}.py").write_text(source)
    return folder


def _pytest(folder: Path, *options: str) -> Meter:
    return child_cpu([sys.executable, "-m", "pytest", "-q", *options], folder)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
