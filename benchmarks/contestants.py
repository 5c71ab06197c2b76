"""Those who are compared: a client of ours, one of moto's, and the floor below which no fake can get.

The floor is a client whose `before-call` hook answers a constant. botocore builds and checks each
request as ever; nobody works out an answer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

from benchmarks.harness import Meter, child_cpu
from benchmarks.installation import install_plugin, install_pytest
from pytest_fakeaws import FakeAWS

ACCESS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""The environment of clients that no fake gives an identity."""

BODY = "m" * 100
"""A message of 100 bytes."""


def have_access() -> None:
    """Give all clients of this process an identity, so that nobody looks for one."""
    os.environ.update(ACCESS)


@contextmanager
def ours(service: str, host_time: str = "off") -> Iterator[tuple[FakeAWS, Any]]:
    """A fake, and a client inside it."""
    with FakeAWS(host_time=host_time) as aws:
        yield aws, boto3.client(service)


@contextmanager
def motos(service: str) -> Iterator[Any]:
    """A client inside moto's `mock_aws`, whose Lambda runs nothing and needs no Docker."""
    from moto import mock_aws

    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield boto3.client(service)


def floor(service: str, operation: str, answer: dict[str, Any]) -> Any:
    """A client that answers *operation* with *answer*, always the same object."""
    client = boto3.client(service)
    response = AWSResponse("https://floor.invalid", 200, {}, None)
    constant = (response, {**answer, "ResponseMetadata": _METADATA})

    def respond(**_: Any) -> Any:
        return constant

    client.meta.events.register(f"before-call.{service}.{operation}", respond)
    return client


_METADATA = {
    "RequestId": "0" * 36,
    "HTTPStatusCode": 200,
    "HTTPHeaders": {
        "x-amzn-requestid": "0" * 36,
        "date": "Tue, 01 Jan 2030 00:00:00 GMT",
        "content-type": "application/x-amz-json-1.0",
    },
    "RetryAttempts": 0,
}


_RUN = """
import sys
from importlib import import_module
import pytest

sys.exit(pytest.main(["-q"], plugins=[import_module(name) for name in sys.argv[1:]]))
"""
"""Not with -p, for then pytest looks through all packages of the environment for one that offers the plugin."""


def pytest_run(folder: Path, source: str, *, plugin: bool) -> Meter:
    """A pytest process in a new *folder* whose only test file is *source*, with or without our plugin.

    No other plugin of the environment is loaded: what that costs would make any ratio look better.
    """
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text(source)
    return child_cpu(
        [sys.executable, "-c", _RUN, *(["pytest_fakeaws.plugin"] if plugin else [])],
        folder,
        {
            **os.environ,
            **ACCESS,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            # As in any run but the first, modules are compiled already.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode"),
        },
    )


def installed_run(folder: Path, source: str, *, plugin: bool) -> Meter:
    """A pytest process whose only test file is *source*, where nothing but pytest is installed, or our plugin too."""
    folder.mkdir()
    site = folder / "site"
    install_pytest(site)
    if plugin:
        install_plugin(site)
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = test_it.py\n")
    (folder / "test_it.py").write_text(source)
    return child_cpu(
        [sys.executable, "-S", "-m", "pytest", "-q"],
        folder,
        {
            **os.environ,
            **ACCESS,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPATH": str(site),
        },
    )


def repeated(call: Callable[[], object], count: int) -> Callable[[], None]:
    """*call*, *count* times, after a few times that do not count."""
    for _ in range(3):
        call()

    def calls() -> None:
        for _ in range(count):
            call()

    return calls
