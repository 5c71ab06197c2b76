"""A line below the terminal's current one, rewritten in place: past pytest's capture, and gone without trace."""

from __future__ import annotations

import shutil
import sys
from typing import Any

# VT100: make room below and come back; then save the place, go down, clear, write, and restore it.
_ROOM, _BELOW, _BACK = "\x1bD\x1bM", "\x1b7\x1bD\r\x1b[K", "\x1b8"


class ProgressLine:
    """Shows progress on the terminal that stderr is.

    Args:
        capture: pytest's capture manager, if it has one.
    """

    def __init__(self, capture: Any) -> None:
        self._capture = capture

    def __call__(self, text: str) -> None:
        """Show *text* in place of the one before; an empty one clears the line."""
        if self._capture is None:
            self._write(text)
        else:
            with self._capture.global_and_fixture_disabled():
                self._write(text)

    @staticmethod
    def _write(text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"{_ROOM}{_BELOW}{text[:width]}{_BACK}")
        sys.stderr.flush()
