"""What a user has: a folder of installed packages, with nothing but pytest in it, or this package too."""

from __future__ import annotations

import compileall
import re
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent / "pytest_fakeaws"
_METADATA = "Metadata-Version: 2.1\nName: pytest-fakeaws\nVersion: 0\n"
_ENTRY_POINTS = "[pytest11]\nfakeaws = pytest_fakeaws.plugin\n"


def install_pytest(site: Path) -> None:
    """Make the folder *site*, and have pytest and what it requires there."""
    site.mkdir()
    for name in _required("pytest"):
        files = metadata.distribution(name).files or []
        for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            (site / top).symlink_to(Path(str(metadata.distribution(name).locate_file(top))))


def install_plugin(site: Path) -> None:
    """Put this package into *site* as pip does: compiled, with a record of its files.

    pytest reads that record, and looks for each file, before anything of the plugin is imported.
    """
    package = site / _PACKAGE.name
    shutil.copytree(_PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(package, quiet=1)
    about = site / "pytest_fakeaws-0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(_METADATA)
    (about / "entry_points.txt").write_text(_ENTRY_POINTS)
    files = sorted(path for path in package.rglob("*") if path.is_file())
    (about / "RECORD").write_text("".join(f"{path.relative_to(site)},,\n" for path in files))


def _required(name: str) -> Iterator[str]:
    """The distribution called *name*, and those that it requires here."""
    try:
        requirements = metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # one for another Python or system
        return
    yield name
    for requirement in requirements:
        if "extra ==" not in requirement:
            yield from _required(re.split(r"[^\w.-]", requirement)[0])
