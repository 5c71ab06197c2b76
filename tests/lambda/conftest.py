"""What tests of functions and of event source mappings share."""

from __future__ import annotations

import importlib
import io
import sys
import zipfile

import boto3
import pytest


@pytest.fixture
def client(fakeaws):
    """A client of Lambda."""
    return boto3.client("lambda")


@pytest.fixture
def sqs(fakeaws):
    """A client of SQS."""
    return boto3.client("sqs")


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module that can be imported until the test ends, and returns its name."""

    def write(name, source):
        monkeypatch.delitem(sys.modules, name, raising=False)
        tmp_path.joinpath(f"{name}.py").write_text(source)
        importlib.invalidate_caches()
        return name

    monkeypatch.syspath_prepend(tmp_path)
    return write


@pytest.fixture
def calls():
    """A list that handlers write to and tests read."""
    return []


ROLE = "arn:aws:iam::123456789012:role/worker"


@pytest.fixture
def zipped():
    """Makes a deployment package of files, given by name without `.py`, or of a handler's module."""

    def zipped(source="def handler(event, context):\n    return event\n", /, **modules):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, text in {"handler": source, **modules}.items():
                archive.writestr(f"{name.replace('__', '/')}.py", text)
        return content.getvalue()

    return zipped


@pytest.fixture
def create(client, zipped):
    """Creates a function from the source of a handler's module, and returns the answer."""

    def create(source=None, /, name="f", **settings):
        settings = {
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "handler.handler",
            "Code": {"ZipFile": zipped(*([] if source is None else [source]))},
            **settings,
        }
        given = {key: value for key, value in settings.items() if value is not None}
        return client.create_function(FunctionName=name, **given)

    return create


class Script:
    """A handler that comes to what it is told, attempt by attempt, and notes when it ran.

    Args:
        clock: The clock of the fake.
        outcomes: What each attempt comes to: an error is raised, all else is returned; the last stands
            for all that follow.
    """

    def __init__(self, clock, *outcomes):
        self._clock = clock
        self._start = clock.now()
        self._outcomes = list(outcomes)
        self.seconds = []
        self.request_ids = []

    def __call__(self, event, context):
        """Come to the next outcome."""
        self.seconds.append((self._clock.now() - self._start).total_seconds())
        self.request_ids.append(context.aws_request_id)
        outcome = self._outcomes[min(len(self.seconds), len(self._outcomes)) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def script(fakeaws):
    """Makes a scripted handler."""
    return lambda *outcomes: Script(fakeaws.clock, *outcomes)


@pytest.fixture
def failing(script):
    """A handler that always fails."""
    return script(ValueError("no total"))
