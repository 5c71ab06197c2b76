"""What tests of the plugin share: pytest inside pytest."""

import pytest


@pytest.fixture
def run(pytester):
    """Runs pytest, in this process, on a test module with this code."""

    def run(code, *options):
        pytester.makepyfile(code)
        return pytester.runpytest_inprocess(
            "-p", "no:cacheprovider", "-p", "no:xdist", *options, no_reraise_ctrlc=True
        )

    return run


@pytest.fixture
def run_apart(pytester, monkeypatch):
    """Runs pytest in a process of its own, with warnings as errors."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)

    def run(code, *options):
        pytester.makepyfile(code)
        return pytester.runpytest_subprocess("-W", "error", *options)

    return run
