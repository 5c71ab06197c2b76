"""A debugger in a handler is the debugger of the test."""

import sys

import pytest

pytestmark = pytest.mark.slow

CODE = """
    import time

    def handler(event, context):
        {wait}
        total = event["a"] + event["b"]
        breakpoint()
        doubled = 2 * total
        time.sleep(1)
        doubled += 1
        return doubled

    def test_it(fakeaws):
        function = fakeaws.create_function("add", handler, timeout=60)
        assert function.invoke({{"a": 1, "b": 2}}).result == 7
"""


@pytest.fixture
def debug(pytester, monkeypatch):
    """Runs pytest with commands for its debugger typed in, and tells what it showed."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_COLORS", "0")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def debug(code, commands, *options):
        path = pytester.makepyfile(code)
        typed = "".join(f"{command}\n" for command in commands).encode()
        return pytester.run(
            *(sys.executable, "-m", "pytest", "-W", "error", "-p", "pytest_fakeaws.plugin"),
            *(path, *options),
            stdin=typed,
        )

    return debug


@pytest.mark.parametrize("wait", ["pass", "time.sleep(5)"], ids=["at once", "after a wait"])
@pytest.mark.parametrize("host_time", ["time-machine", "freezegun"])
def test_a_breakpoint_in_a_handler_stops_there(debug, wait, host_time):
    """Variables can be looked at, lines stepped over, and the test goes on as if nothing had been."""
    code = CODE.format(wait=wait).replace(
        "    def test_it",
        f'    import pytest\n\n    @pytest.mark.fakeaws(host_time="{host_time}")\n    def test_it',
    )
    result = debug(code, ["p event", "next", "next", "p ('doubled', doubled)", "continue"], "-s")

    result.stdout.fnmatch_lines(
        ["*{'a': 1, 'b': 2}", "*('doubled', 6)", "*PDB continue*", "*1 passed*"]
    )


def test_stepping_over_a_wait_leads_to_the_line_behind_it(debug):
    """Whatever runs in between, the debugger stays in the handler."""
    code = CODE.format(wait="time.sleep(5)")
    steps = ["next"] * 4
    result = debug(code, [*steps, "p ('doubled', doubled)", "continue"], "-s")

    result.stdout.fnmatch_lines(["*doubled += 1", "*('doubled', 7)", "*1 passed*"])


def test_a_handlers_stack_ends_where_it_was_invoked(debug):
    """`where` shows the handler's own frames: it is a flow beside the test, as a thread would be."""
    result = debug(CODE.format(wait="pass"), ["where", "continue"], "-s")

    result.stdout.fnmatch_lines(["*result = handler(*", "*handler()", "*1 passed*"])


def test_quitting_the_debugger_in_a_handler_ends_the_run(debug):
    """It is the same as quitting in a test: the run stops, in order."""
    result = debug(CODE.format(wait="time.sleep(5)"), ["quit"], "-s")

    result.stdout.fnmatch_lines(["*Exit: Quitting debugger*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


@pytest.mark.parametrize("host_time", ["time-machine", "freezegun"])
def test_a_failed_test_can_be_examined_while_its_fake_is_still_there(debug, host_time):
    """`--pdb` shows variables, the fake answers, and what the test used is taken down afterwards."""
    result = debug(
        f"""
        import time

        import pytest

        @pytest.mark.fakeaws(host_time="{host_time}")
        def test_it(fakeaws):
            orders = fakeaws.create_queue("orders")
            orders.send("first")
            time.sleep(60)
            assert orders.messages.bodies == []

        def test_the_next():
            assert time.gmtime().tm_year != 2030
        """,
        ["p ('bodies', orders.messages.bodies)", "p fakeaws.clock.now().minute", "continue"],
        "--pdb",
    )

    result.stdout.fnmatch_lines(["*('bodies', *'first'*)", "*1", "*1 failed, 1 passed in *"])


def test_a_post_mortem_can_be_quit(debug):
    """Fixtures are taken down, and nothing else goes wrong."""
    result = debug(
        "def test_it(fakeaws):\n    mine = 7\n    assert mine == 8",
        ["p ('mine', mine)", "quit"],
        "--pdb",
    )

    result.stdout.fnmatch_lines(["*('mine', 7)", "*1 failed in *"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")
