"""Inheritance: child processes have the environment that Python has.

A handler's variables are told to Python alone, for the most part: see `services/lambda_/variables.py`.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

from pytest_fakeaws.wire.patches import Patches

_BEGIN = "__init__"
ENV = 10
"""The place of `env` among the arguments of `subprocess.Popen`."""


class Inheritance:
    """Hands the environment to the children that `subprocess` starts."""

    def __init__(self) -> None:
        self._patches = Patches()

    def start(self) -> None:
        """Hand it on from now on; a `Popen` that somebody else has made does as it likes."""
        begin = vars(subprocess.Popen).get(_BEGIN)
        if begin is None:
            return

        def inheriting(child: Any, *args: Any, **options: Any) -> None:
            __tracebackhide__ = True
            if len(args) <= ENV and options.get("env") is None:
                options["env"] = dict(os.environ)
            begin(child, *args, **options)

        self._patches.replace(subprocess.Popen, _BEGIN, inheriting)

    def stop(self) -> None:
        """Let them inherit what the process has."""
        self._patches.undo()
