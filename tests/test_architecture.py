"""The layers hold: imports point one way, and foreign packages stay where they belong."""

import subprocess
import sys

import pytest
from importlinter.cli import lint_imports


def test_the_import_contracts_are_kept():
    """Every contract in pyproject.toml is kept."""
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
