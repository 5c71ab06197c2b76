"""pytest-fakeaws: an in-process fake AWS with a clock that the test turns.

The public names load on first use, so that a test session that has the plugin installed and does not use
it pays nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_fakeaws.errors import FakeAWSError as FakeAWSError
    from pytest_fakeaws.fake import FakeAWS as FakeAWS
    from pytest_fakeaws.handles.clock import Clock as Clock
    from pytest_fakeaws.handles.fault import Fault as Fault
    from pytest_fakeaws.handles.faults import Faults as Faults
    from pytest_fakeaws.handles.function import Function as Function
    from pytest_fakeaws.handles.http_endpoint import HttpEndpoint as HttpEndpoint
    from pytest_fakeaws.handles.invocations import Invocation as Invocation
    from pytest_fakeaws.handles.mapping import EventSourceMapping as EventSourceMapping
    from pytest_fakeaws.handles.notification import Notification as Notification
    from pytest_fakeaws.handles.process import Process as Process
    from pytest_fakeaws.handles.queue import Queue as Queue
    from pytest_fakeaws.handles.subscription import Subscription as Subscription
    from pytest_fakeaws.handles.topic import Topic as Topic
    from pytest_fakeaws.handles.views import Message as Message
    from pytest_fakeaws.handles.views import Messages as Messages
    from pytest_fakeaws.services.sns.http_request import HttpRequest as HttpRequest

_HOMES = {
    "Clock": "handles.clock",
    "EventSourceMapping": "handles.mapping",
    "FakeAWS": "fake",
    "FakeAWSError": "errors",
    "Fault": "handles.fault",
    "Faults": "handles.faults",
    "Function": "handles.function",
    "HttpEndpoint": "handles.http_endpoint",
    "HttpRequest": "services.sns.http_request",
    "Invocation": "handles.invocations",
    "Message": "handles.views",
    "Messages": "handles.views",
    "Notification": "handles.notification",
    "Process": "handles.process",
    "Queue": "handles.queue",
    "Subscription": "handles.subscription",
    "Topic": "handles.topic",
}

__all__ = [
    "Clock",
    "EventSourceMapping",
    "FakeAWS",
    "FakeAWSError",
    "Fault",
    "Faults",
    "Function",
    "HttpEndpoint",
    "HttpRequest",
    "Invocation",
    "Message",
    "Messages",
    "Notification",
    "Process",
    "Queue",
    "Subscription",
    "Topic",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
