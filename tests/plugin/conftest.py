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
    """Runs pytest in a process of its own, with warnings as errors.

    It loads no plugin but ours and those that are named: to load all that happen to be installed takes
    longer than most of these tests. `plugins=None` loads them all, as a user's run does.
    """
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)

    def run(code, *options, plugins=()):
        if plugins is not None:
            monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
            named = ("pytest_fakeaws.plugin", *plugins)
            options = (*(word for plugin in named for word in ("-p", plugin)), *options)
        pytester.makepyfile(code)
        return pytester.runpytest_subprocess("-W", "error", *options)

    return run
