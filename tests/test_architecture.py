"""The layers hold: imports point one way, and foreign packages stay where they belong."""

import subprocess
import sys

import pytest
from importlinter.cli import lint_imports


def test_the_import_contracts_are_kept(monkeypatch):
    """Every contract in pyproject.toml is kept."""
    # It would silence the loggers of all tests that follow.
    monkeypatch.setattr("logging.config.dictConfig", lambda _: None)

    assert lint_imports(no_cache=True) == 0


@pytest.mark.slow
def test_operations_are_imported_when_one_is_called():
    """A fake is made for each test, and most tests call few services."""
    code = """
import sys
from pytest_fakeaws.fake import FakeAWS

with FakeAWS(host_time="off"):
    print([name for name in sys.modules if ".operations." in name])
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


@pytest.mark.slow
def test_services_are_imported_when_they_are_used():
    """A test that only sends and receives does not wait for SNS, Lambda, their logs and asyncio."""
    code = """
import sys
import boto3
from pytest_fakeaws.fake import FakeAWS

with FakeAWS(host_time="off") as fake:
    sqs = boto3.client("sqs")
    url = fake.create_queue("orders", dead_letter_queue=True).url
    sqs.send_message(QueueUrl=url, MessageBody="one")
    sqs.receive_message(QueueUrl=url)
    fake.clock.advance(30)
unused = [f"pytest_fakeaws.services.{name}.directory" for name in ("sns", "lambda_", "logs")]
print([name for name in [*unused, "asyncio"] if name in sys.modules])
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
