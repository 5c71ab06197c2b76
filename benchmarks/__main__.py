"""All benchmarks, each in a process of its own, and one table of all figures.

python -m benchmarks --help
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import Row, arguments, report, rows_of, table
from benchmarks.plot import drawn

_ROOT = Path(__file__).parent.parent
SCRIPTS = (
    "sqs_calls",
    "sqs_growth",
    "curves",
    "memory",
    "fixture",
    "startup",
    "poison",
    "functions",
    "processes",
    "sns",
    "sns_deliveries",
    "wire",
    "endpoint",
)


def run() -> int:
    """Run the scripts that the arguments name, or all."""
    parser = arguments(__doc__)
    parser.add_argument("scripts", nargs="*", metavar="SCRIPT", help=f"of {', '.join(SCRIPTS)}")
    parser.add_argument("--plot", metavar="FILE", type=Path, help="draw the figures there, as SVG")
    options = parser.parse_args()
    for name in options.scripts:
        if name not in SCRIPTS:
            parser.error(f"there is no benchmark {name}; there are {', '.join(SCRIPTS)}")
    rows = [row for name in options.scripts or SCRIPTS for row in _rows(name, quick=options.quick)]
    report(rows, options.json)
    if options.plot is not None:
        options.plot.write_text(drawn(rows))
    return 0


def _rows(name: str, *, quick: bool) -> list[Row]:
    print(f"{name} ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        script = [sys.executable, "-m", f"benchmarks.{name}", "--json", str(file)]
        subprocess.run(
            [*script, *(["--quick"] if quick else [])],
            cwd=_ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        rows = rows_of(file)
        print(table(rows), end="\n\n", file=sys.stderr, flush=True)
        return rows


if __name__ == "__main__":
    raise SystemExit(run())
