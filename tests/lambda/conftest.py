"""What tests of functions and of event source mappings share."""

from __future__ import annotations

import importlib
import sys

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
