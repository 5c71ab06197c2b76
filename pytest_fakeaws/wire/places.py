"""Places in the user's code, for errors that say where somebody stands."""

from __future__ import annotations

import linecache
import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

_OURS = f"{Path(__file__).parent.parent}{os.sep}"
_LIBRARIES = (
    _OURS,
    *(
        f"{sysconfig.get_path(name)}{os.sep}"
        for name in ("stdlib", "platstdlib", "purelib", "platlib")
    ),
)


def users_frame(frame: FrameType) -> FrameType:
    """The innermost frame, from *frame* outwards, that is neither ours nor a library's.

    Where all are, it is the innermost that is not ours.
    """
    for libraries in (_LIBRARIES, _OURS):
        for each in _outwards(frame):
            if not each.f_code.co_filename.startswith(libraries):
                return each
    return frame


def place_of(frame: FrameType) -> str:
    """File, line, function and source of the user's code at *frame*."""
    frame = users_frame(frame)
    code = frame.f_code
    source = linecache.getline(code.co_filename, frame.f_lineno, frame.f_globals).strip()
    return f"{code.co_filename}:{frame.f_lineno} in {code.co_name}" + (source and f": {source}")


def _outwards(frame: FrameType) -> Iterator[FrameType]:
    outer: FrameType | None = frame
    while outer is not None:
        yield outer
        outer = outer.f_back
