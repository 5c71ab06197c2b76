"""What logging is to the code of a package: the level and the handlers of the root logger, and loggers of its own.

An execution environment is a process of its own in AWS. Here what its code sets up is kept for it, and is not there
while other code runs. Loggers that the test has are shared.
"""

from __future__ import annotations

import logging


class LoggingState:
    """The state of one execution environment.

    Args:
        runtime_handler: The runtime's own handler, which comes and goes by itself.
    """

    def __init__(self, runtime_handler: logging.Handler) -> None:
        self._runtime_handler = runtime_handler
        self._level: int | None = None
        self._added: list[logging.Handler] = []
        self._removed: frozenset[logging.Handler] = frozenset()
        self._loggers: dict[str, logging.Logger | logging.PlaceHolder] = {}
        self._host_level: int
        self._host_handlers: list[logging.Handler]
        self._host_loggers: dict[str, logging.Logger | logging.PlaceHolder]

    def enter(self) -> None:
        """Be the state of the process."""
        root, manager = logging.root, logging.root.manager
        self._host_level, self._host_handlers = root.level, [*root.handlers]
        self._host_loggers = manager.loggerDict
        kept = [each for each in self._host_handlers if each not in self._removed]
        root.handlers[:] = [*kept, *self._added]
        manager.loggerDict = {**self._host_loggers, **self._loggers}
        # What loggers know of levels is forgotten with this, too.
        root.setLevel(self._host_level if self._level is None else self._level)

    def leave(self) -> None:
        """Let the process be as it was, and remember what has changed."""
        root, manager = logging.root, logging.root.manager
        host, inside = self._host_handlers, [*root.handlers]
        self._added = [each for each in inside if each not in host]
        self._removed = frozenset(each for each in host if each not in inside)
        root.handlers[:] = [
            each for each in host if each is not self._runtime_handler or each in inside
        ]
        loggers = manager.loggerDict
        self._loggers = {
            name: logger for name, logger in loggers.items() if name not in self._host_loggers
        }
        manager.loggerDict = self._host_loggers
        if self._level is not None or root.level != self._host_level:
            self._level = root.level
        root.setLevel(self._host_level)
