"""What all tests share: no way to the network, a cloud without boto3, and AWS's recorded answers."""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

# Imported before any pytest inside pytest, which forgets the modules that it was the first to import.
import cryptography.x509  # noqa: F401 - a key of one copy of it does not sign with another
import pytest
from hypothesis import settings

import pytest_fakeaws.fake  # noqa: F401
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.services.sns.signatures import CannotSign, certificate
from pytest_fakeaws.sim.instants import instant

with suppress(CannotSign):
    certificate()  # so that all that signs is imported too

pytest_plugins = "pytester"

_RECORDED = Path(__file__).parent / "aws-recorded"
_PLACEHOLDER = re.compile(r"<([a-z0-9-]+?)(?::\d+)?>|\b1{12}\b")
_KINDS = {
    "uuid": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "region": "[a-z]{2}(?:-[a-z]+)+-[0-9]",
    "partition": "aws(?:-[a-z]+)*",
    "account": "[0-9]{12}",
}
_VALUES = {
    "timestamp": "[0-9]{10}(?:[0-9]{3})?",
    "sent-timestamp": "[0-9]{13}",
    "date": ".*[0-9]{4}.*",
    "datetime": ".*[0-9]{4}.*",
    "sender-id": ".+",
    "<md5-hash>": "[0-9a-f]{32}",
    "<signature>": ".+",
    "<code-size>": "[0-9]+",
    "<location>": "https://.+",
    "lambda-url": "https://.+",
    "<layer-location>": "https://.+",
    "code-sha256": ".+",
    "log-result": ".+",
}

settings.register_profile("steady", deadline=None)  # a busy machine is no failure
settings.load_profile("steady")


def pytest_configure(config):
    """Declare the mark of tests that may take longer than a quarter of a second."""
    config.addinivalue_line("markers", "slow: takes more than 0.25 s of real time.")


@pytest.fixture(scope="session", autouse=True)
def no_network():
    """Whatever leaves for another machine fails the test that let it out."""
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_elsewhere(address[0])
        return connect(self, address)

    def guarded_getaddrinfo(host, *args, **kwargs):
        _refuse_elsewhere(host)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def _refuse_elsewhere(host: str | None) -> None:
    try:
        here = ipaddress.ip_address(host or "127.0.0.1").is_loopback
    except ValueError:
        here = host == "localhost"
    if not here:
        # No `Exception`, so that no client retries or swallows it.
        pytest.fail(f"The suite was about to reach {host}.")


@pytest.fixture
def elapsed(fakeaws):
    """Tells how many virtual seconds have passed since the test began."""
    start = fakeaws.clock.now()

    def elapsed():
        return (fakeaws.clock.now() - start).total_seconds()

    return elapsed


@pytest.fixture
def cloud():
    """A cloud without boto3, without a gate and without the host's time."""
    return Cloud(
        seed=0,
        start=instant("2030-01-01T00:00:00Z"),
        on_tick=lambda _: None,
        gate=nullcontext(),
        outside=nullcontext(),
    )


class Recording:
    """The answers of one recorded test, to compare ours with.

    Args:
        content: The recorded answers by step.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content
        self._values: dict[str, str] = {}

    def __getitem__(self, step: str) -> Any:
        return self._content[step]

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def seen(self, step: str, actual: Any) -> Any:
        """*actual* as the recording would show it: what fits a placeholder becomes the placeholder."""
        return self._seen(actual, self._content[step])

    def _seen(self, actual: Any, recorded: Any) -> Any:
        if isinstance(recorded, str):
            return recorded if self._fits(actual, recorded) else actual
        if isinstance(actual, str) and isinstance(recorded, (dict, list)):
            return self._seen(json.loads(actual), recorded)
        if isinstance(actual, dict) and isinstance(recorded, dict):
            return {
                key: self._metadata(value, recorded[key])
                if key == "ResponseMetadata"
                else self._seen(value, recorded.get(key))
                for key, value in actual.items()
            }
        if isinstance(actual, list) and isinstance(recorded, list):
            padding = [None] * (len(actual) - len(recorded))
            return list(map(self._seen, actual, [*recorded, *padding]))
        return actual

    def _metadata(self, actual: dict[str, Any], recorded: dict[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in actual.items() if key in recorded}
        headers = recorded.get("HTTPHeaders", {})
        kept["HTTPHeaders"] = {key: actual["HTTPHeaders"].get(key) for key in headers}
        return {key: self._seen(value, recorded[key]) for key, value in kept.items()}

    def _fits(self, actual: Any, recorded: str) -> bool:
        if recorded in _VALUES:
            return re.fullmatch(_VALUES[recorded], str(actual)) is not None
        if not isinstance(actual, str):
            return False
        placeholders = [match[0] for match in _PLACEHOLDER.finditer(recorded)]
        match = re.fullmatch(_pattern(recorded), actual, re.DOTALL)
        return match is not None and all(map(self._is_value_of, placeholders, match.groups()))

    def _is_value_of(self, placeholder: str, value: str) -> bool:
        """Equal placeholders were equal values, and different ones of a kind different values."""
        taken = {
            other
            for name, other in self._values.items()
            if name != placeholder and _kind(name) == _kind(placeholder)
        }
        return self._values.setdefault(placeholder, value) == value and value not in taken


def _kind(placeholder: str) -> str:
    match = _PLACEHOLDER.fullmatch(placeholder)
    return (match and match[1]) or "account"


def _pattern(recorded: str) -> str:
    pattern, end = "", 0
    for match in _PLACEHOLDER.finditer(recorded):
        literal = re.escape(recorded[end : match.start()])
        pattern += f"{literal}({_KINDS.get(_kind(match[0]), '.+?')})"
        end = match.end()
    return pattern + re.escape(recorded[end:])


@pytest.fixture
def recorded():
    """Finds a recording by service and by the name of the recorded test."""

    def find(service: str, test: str) -> Recording:
        tests = json.loads((_RECORDED / f"{service}.json").read_text(encoding="utf-8"))
        return Recording(tests[test]["content"])

    return find
