"""Installs what was built in an empty environment, and runs the README's first test with it there.

python .ci/try_wheel.py DIST
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def first_test() -> str:
    """The first block of the README."""
    found = re.search(r"^```python\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def run(*command: str | Path, folder: Path) -> None:
    """Run a command in *folder*, and stop if it fails."""
    print("==", *command, flush=True)
    subprocess.run([*map(str, command)], cwd=folder, check=True)


def main(dist: Path) -> None:
    """Try each wheel and each source distribution in *dist*."""
    for built in sorted(dist.resolve().iterdir()):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            venv.create(folder / "venv", with_pip=True)
            programs = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
            (folder / "test_orders.py").write_text(first_test())
            run(programs / "python", "-m", "pip", "install", "--quiet", built, folder=folder)
            run(programs / "python", "-m", "pip", "check", folder=folder)
            run(programs / "python", "-m", "pytest", "-q", "-W", "error", folder=folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
