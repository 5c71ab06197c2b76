"""The resources of a fake: what a test creates in it, finds in it, and runs beside itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.handles.functions import Functions
from pytest_fakeaws.handles.queues import Queues
from pytest_fakeaws.handles.topics import Topics

if TYPE_CHECKING:
    from pytest_fakeaws.handles.process import Process

__tracebackhide__ = HIDE_FROM_TRACEBACK

P = ParamSpec("P")


class Resources(Queues, Topics, Functions):
    """Queues, topics, functions and processes: each kind is imported when there is one."""

    def spawn(self, code: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> Process:
        """Run a consumer of your own beside the test, in virtual time.

        It begins at the present instant, the next time time is driven, and ends when it returns, when
        it is killed, or with the test. `async def` works too.

        Args:
            code: What to run.
            args: What it is given.
            kwargs: What it is given by name.

        Raises:
            UnknownOption: It cannot be called, or is a generator.
        """
        from pytest_fakeaws.handles.process import Process

        return Process(self._require_cloud(), code, args, kwargs)
