"""Pins: what we take from aiobotocore beyond its documented API is still where it was."""

import inspect

from aiobotocore.hooks import AioHierarchicalEmitter
from aiobotocore.response import StreamingBody
from aiobotocore.session import get_session
from botocore.hooks import EventAliaser


def test_a_stream_is_made_of_a_response_and_a_length():
    """If it moved: wire/answers.py makes `StreamingBody` of a response of its own and a length as text."""
    assert list(inspect.signature(StreamingBody.__init__).parameters) == [
        "self",
        "raw_stream",
        "content_length",
    ]


def test_a_stream_asks_its_response_for_content_only():
    """If it moved: `_AsynchronousResponse` in wire/answers.py has what the methods of a stream ask for."""
    source = inspect.getsource(StreamingBody)

    assert "self.__wrapped__.content.read(" in source
    assert "self._self_content_length" in source


def test_asynchronous_clients_emit_their_events_through_the_class_of_all_clients():
    """If it moved: wire/emitter.py patches `EventAliaser`, and wire/interceptor.py awaits what it gives."""
    events = get_session().get_component("event_emitter")

    assert isinstance(events, EventAliaser)
    assert isinstance(events._emitter, AioHierarchicalEmitter)
    assert inspect.iscoroutinefunction(AioHierarchicalEmitter._emit)
