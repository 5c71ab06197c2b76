"""Emitting an event as botocore does, in fewer calls.

An event of a client goes from its `EventAliaser` to the `HierarchicalEmitter` inside in four calls, five times in
each call of a client. Whoever hears all events would add a fifth; instead of that, `shortest` goes to the last at once.

Taken from botocore beyond its documented API: what `EventAliaser` does with a name, `HierarchicalEmitter._emit`
and its `_lookup_cache`, and what the handlers of `botocore.handlers.BUILTIN_HANDLERS` for every call do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias

from botocore.hooks import EventAliaser, HierarchicalEmitter

from pytest_fakeaws.services.lambda_.variables import is_there

Method: TypeAlias = Callable[..., Any]
"""A method of the emitter: called with the emitter, an event's name and its arguments as keywords."""
Emit: TypeAlias = Callable[..., Any]
"""What such a method does: called with the emitter, an event's name and its arguments in a dictionary."""

_STEPS = {
    "emit": (("_alias_event_name", "_emitter", "emit"), ("_emit",)),
    "emit_until_response": (("_alias_event_name", "_emitter", "emit_until_response"), ("_emit",)),
}
"""What the methods of an `EventAliaser` use, in this order, and what those of a `HierarchicalEmitter` do."""
_ATTRIBUTES = {"_alias_name_cache", "_emitter", "_lookup_cache"}

_NOBODY = None, None
_HEADER_WRITERS = {
    "add_query_compatibility_header",
    "add_recursion_detection_header",
    "inject_api_version_header_if_needed",
}
"""What botocore itself lets hear of every call, by name: it writes headers, and answers nothing."""
_TRACE = "_X_AMZN_TRACE_ID"
"""The variable that one of them reads; of what they write, only that is read here."""


def shortest(name: str, original: Method) -> Emit:
    """What *original*, the method of that name, does, in as few calls as it can be done.

    Where botocore has moved something, or somebody else has replaced a method, it is *original* that is called.
    One that waits for a response may be told that nothing is sent after it, `unsent`: then no headers are
    written, if that is all that its handlers do.
    """
    heard_anyway = _header_writers() if name == "emit_until_response" else deque()

    def whole(emitter: Any, event_name: str, arguments: dict[str, Any], **_: bool) -> Any:
        return original(emitter, event_name, **arguments)

    def emit(emitter: Any, event_name: str, arguments: dict[str, Any]) -> Any:
        inner = emitter._emitter
        if type(inner) is not HierarchicalEmitter:  # an asynchronous client's
            return original(emitter, event_name, **arguments)
        known = emitter._alias_name_cache.get(event_name)
        name = known or emitter._alias_event_name(event_name)
        handlers = inner._lookup_cache.get(name)
        if handlers is not None and not handlers:
            return []  # as most events
        return inner._emit(name, arguments)

    def emit_until_response(
        emitter: Any, event_name: str, arguments: dict[str, Any], *, unsent: bool = False
    ) -> Any:
        inner = emitter._emitter
        if type(inner) is not HierarchicalEmitter:
            return original(emitter, event_name, **arguments)
        known = emitter._alias_name_cache.get(event_name)
        name = known or emitter._alias_event_name(event_name)
        if unsent and inner._lookup_cache.get(name) == heard_anyway and not is_there(_TRACE):
            return _NOBODY
        responses = inner._emit(name, arguments, stop_on_response=True)
        return responses[-1] if responses else _NOBODY

    if not is_as_known(name, original):
        return whole
    return emit if name == "emit" else emit_until_response


def is_as_known(name: str, original: Method) -> bool:
    """Whether *original*, a method of that name, and what it calls are those that `shortest` stands for."""
    inner = HierarchicalEmitter()
    steps = _steps(original), _steps(getattr(HierarchicalEmitter, name))
    return steps == _STEPS[name] and {*vars(EventAliaser(inner)), *vars(inner)} >= _ATTRIBUTES


def _steps(method: Any) -> tuple[str, ...]:
    code = getattr(method, "__code__", None)
    return () if code is None else code.co_names


def _header_writers() -> deque[Any]:
    """Those handlers of every call that are botocore's own; none, if there are others that we do not know."""
    from botocore.handlers import BUILTIN_HANDLERS  # noqa: PLC0415 - `block` may be here before it

    handlers = deque(handler for event, handler, *_ in BUILTIN_HANDLERS if event == "before-call")
    known = {handler.__name__ for handler in handlers} <= _HEADER_WRITERS
    return handlers if known else deque()
