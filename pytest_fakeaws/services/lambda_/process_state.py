"""What a process is to the code of a package: its working directory, and where it searches for modules.

An execution environment is a process of its own in AWS. Here what its code changes of these is kept for it, and is
not there while other code runs. Its environment variables are in `variables.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


class ProcessState:
    """The state of one execution environment.

    Args:
        folder: The working directory, until the code chooses another one.
        search: Where modules are searched for as well, after the test's own.

    Attributes:
        added: Folders of the package's own that its code has modules searched for in.
    """

    def __init__(self, folder: Path, search: Sequence[str]) -> None:
        self.added: Sequence[str] = ()
        self._folder = str(folder)
        self._inside = tuple(f"{folder}{os.sep}" for folder in search)
        self._before: list[str] = []
        self._after = list(search)
        self._host_folder: str | None
        self._host_path: list[str]
        self._host_entries: list[str]

    def enter(self) -> None:
        """Be the state of the process."""
        self._host_folder = _working_directory()
        with suppress(FileNotFoundError):  # somebody has deleted where the code went
            os.chdir(self._folder)
        self._host_path, self._host_entries = sys.path, [*sys.path]
        sys.path[:] = [*self._before, *self._host_entries, *self._after]

    def leave(self) -> None:
        """Let the process be as it was, and remember what has changed."""
        self._split(sys.path)
        self._folder = _working_directory() or self._folder
        if self._host_folder is not None:
            os.chdir(self._host_folder)
        sys.path = self._host_path
        sys.path[:] = self._host_entries

    def _split(self, entries: Sequence[str]) -> None:
        """Tell what stands before the test's own entries, and what after the first of them."""
        known = frozenset(self._host_entries)
        first = next((at for at, entry in enumerate(entries) if entry in known), 0)
        self._before = list(entries[:first])
        self._after = [entry for entry in entries[first:] if entry not in known]
        added = (*self._before, *self._after)
        for entry in added:
            if not Path(entry).is_absolute():
                sys.path_importer_cache.pop(entry, None)  # it leads elsewhere in another folder
        folders = map(os.path.abspath, added)
        self.added = [folder for folder in folders if folder.startswith(self._inside)]


def _working_directory() -> str | None:
    """Where the process is; `None` if that does not exist any more."""
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return None
