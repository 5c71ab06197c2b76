"""What tests of functions and of event source mappings share."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path

import boto3
import pytest

RECORDED = Path(__file__).parents[1] / "aws-recorded" / "lambda.json"
PLACEHOLDER = re.compile(r"<(?P<kind>[a-z0-9-]+)(?::(?P<number>\d+))?>")
BARE = {"date", "datetime", "sender-id", "sent-timestamp", "timestamp"}


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


@pytest.fixture(scope="session")
def recordings():
    """Everything that AWS answered, by the end of the recorded test's name."""
    entries = json.loads(RECORDED.read_text())

    def content(name):
        (found,) = (entry for key, entry in entries.items() if key.endswith(f"::{name}"))
        return found["content"]

    return content


@pytest.fixture
def resembles():
    """Asserts that an answer is the recorded one, but for the values replaced in the recording."""
    return Comparison().compare


class Comparison:
    """Compares answers with recorded ones; within a test equal placeholders stand for equal values."""

    def __init__(self):
        self._values = {}

    def compare(self, recorded, actual):
        """Assert that *actual* is what was *recorded*."""
        if isinstance(recorded, dict):
            recorded, actual = _comparable(recorded), _comparable(actual)
            assert sorted(recorded) == sorted(actual)
            for key in recorded:
                self.compare(recorded[key], actual[key])
        elif isinstance(recorded, list):
            assert len(recorded) == len(actual)
            for recorded_item, actual_item in zip(recorded, actual, strict=True):
                self.compare(recorded_item, actual_item)
        elif isinstance(recorded, str):
            self._compare_text(recorded, str(actual))
        else:
            assert recorded == actual

    def _compare_text(self, recorded, actual):
        found = re.fullmatch(_pattern(recorded), actual, re.DOTALL)
        assert found, f"{actual!r} is not {recorded!r}"
        placeholders = [match[0] for match in PLACEHOLDER.finditer(recorded) if match["number"]]
        for placeholder, value in zip(placeholders, found.groups(), strict=True):
            assert self._values.setdefault(placeholder, value) == value


def _comparable(answer):
    """An answer without what recordings leave out of its metadata."""
    if "HTTPStatusCode" not in answer:
        return answer
    return {"HTTPStatusCode": answer["HTTPStatusCode"]}


def _pattern(recorded):
    """The regular expression of a recorded text: numbered placeholders are its groups."""
    if recorded in BARE:
        return ".+"
    pattern, end = "", 0
    for match in PLACEHOLDER.finditer(recorded):
        pattern += re.escape(recorded[end : match.start()])
        pattern += "(.+?)" if match["number"] else ".+?"
        end = match.end()
    return pattern + re.escape(recorded[end:])
