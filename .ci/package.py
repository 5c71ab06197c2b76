"""Builds what is released, checks its metadata, installs it where nothing is, and runs the README's first test with it.

python .ci/package.py, with build and twine installed
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


def first_test() -> str:
    """The first block of the README."""
    found = re.search(
        r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert found is not None
    return found[1]


def run(*command: str | Path, folder: Path) -> None:
    """Run a command in *folder*, and stop if it fails."""
    print("==", *command, flush=True)
    subprocess.run([*map(str, command)], cwd=folder, check=True)


def try_out(built: Path) -> None:
    """Install *built* in an empty environment, and run a test there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        (folder / "test_orders.py").write_text(first_test())
        run(python, "-m", "pip", "install", "--quiet", built, folder=folder)
        run(python, "-m", "pip", "check", folder=folder)
        run(python, "-m", "pytest", "-q", "-W", "error", folder=folder)


def main() -> None:
    """Build the source distribution and from it the wheel, and try out both."""
    with tempfile.TemporaryDirectory() as dist:
        run(sys.executable, "-m", "build", "--outdir", dist, folder=ROOT)
        built = sorted(Path(dist).iterdir())
        run(sys.executable, "-m", "twine", "check", "--strict", *built, folder=ROOT)
        for file in built:
            try_out(file)


if __name__ == "__main__":
    main()
