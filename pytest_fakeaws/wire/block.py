"""The block: no AWS call of the whole run leaves for the network, whether a fake is active or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_fakeaws.wire.environment import DEFAULT_REGION, Environment, own_keys, variables
from pytest_fakeaws.wire.imports import ImportWatch

if TYPE_CHECKING:
    from pytest_fakeaws.wire.emitter import EmitterPatch
    from pytest_fakeaws.wire.emitting import Emit, Method


class Block:
    """Refuses the AWS calls that nobody answers while no fake is active.

    botocore is not imported for it: the block falls into place when somebody else does. The run has a
    fictional identity meanwhile, unless its environment has keys: looking for one would itself leave for
    the network.

    Args:
        applies: Whether no fake is active.
        where: Names the test that is running.
    """

    def __init__(self, applies: Callable[[], bool], where: Callable[[], str]) -> None:
        self._applies = applies
        self._where = where
        self._environment = Environment({**variables(DEFAULT_REGION), **own_keys()})
        self._watch = ImportWatch("botocore.hooks", self._install)
        self._patch: EmitterPatch | None = None

    def start(self) -> None:
        """Refuse from now on."""
        self._environment.start()
        self._watch.start()

    def stop(self) -> None:
        """Let everything through again."""
        self._watch.stop()
        if self._patch is not None:
            self._patch.uninstall()
        self._environment.stop()

    def _install(self) -> None:
        from pytest_fakeaws.wire.emitter import EmitterPatch

        self._patch = EmitterPatch(self._guarding)
        self._patch.install()

    def _guarding(self, original: Emit) -> Method:
        from pytest_fakeaws.wire import emitter as way_out

        def emit(emitter: Any, event_name: str, **arguments: Any) -> Any:
            __tracebackhide__ = True
            responses = original(emitter, event_name, arguments)
            if (
                event_name.startswith("before-send.")
                and self._applies()
                and way_out.unanswered(responses)
                and not way_out.is_loopback(arguments["request"].url)
            ):
                way_out.refuse(
                    event_name,
                    arguments["request"].url,
                    f"{self._where()} has no fake: let it ask for the fixture `fakeaws`. The ini "
                    "setting fakeaws_block refuses AWS calls without one.",
                )
            return responses

        return emit
