"""All benchmarks, each in a process of its own, and one table of all figures."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from harness import Row, arguments, report, rows_of

_FOLDER = Path(__file__).parent
SCRIPTS = (
    "sqs_calls",
    "sqs_growth",
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
    options = parser.parse_args()
    for name in options.scripts:
        if name not in SCRIPTS:
            parser.error(f"there is no benchmark {name}; there are {', '.join(SCRIPTS)}")
    rows = [row for name in options.scripts or SCRIPTS for row in _rows(name, quick=options.quick)]
    report(rows, options.json)
    return 0


def _rows(name: str, *, quick: bool) -> list[Row]:
    print(f"{name} ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        script = [sys.executable, str(_FOLDER / f"{name}.py"), "--json", str(file)]
        subprocess.run(
            [*script, *(["--quick"] if quick else [])], check=True, stdout=subprocess.DEVNULL
        )
        return rows_of(file)


if __name__ == "__main__":
    raise SystemExit(run())
