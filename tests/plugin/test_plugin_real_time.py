"""What measures the run stays on real time, whatever the host's clock is made to show."""

import sys
import time
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from _pytest import timing

from pytest_fakeaws import FakeAWS

EVERY = pytest.mark.parametrize("host_time", ["freezegun", "time-machine", "off"])
A_MODULE_WIDE_FAKE = """
    import time

    import pytest

    from pytest_fakeaws import FakeAWS

    @pytest.fixture(scope="module", autouse=True)
    def cloud():
        with FakeAWS(host_time="{host_time}") as aws:
            yield aws
"""


@EVERY
def test_pytests_own_clock_shows_real_time(host_time):
    """Reports begin and end at real instants, also while a fake shows another year."""
    before = time.time()
    with FakeAWS(host_time=host_time) as aws:
        aws.clock.advance("10 days")
        seen = timing.Instant().time

    assert before <= seen <= time.time()


@EVERY
def test_pytests_own_clock_is_given_back(host_time):
    """After the fake it is the very function that it was."""
    before = timing.time
    with FakeAWS(host_time=host_time):
        pass

    assert timing.time is before


def test_a_clock_that_somebody_changed_meanwhile_is_left_alone():
    """Whoever mocks pytest's clock inside a fake keeps his mock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timing, "time", timing.time)  # to be put back
        with FakeAWS(host_time="time-machine"):
            timing.time = lambda: 7.0

        assert timing.time() == 7.0


@EVERY
def test_a_tool_that_reads_the_clock_through_its_module_sees_real_time(host_time, monkeypatch):
    """pytest-timeout compares `time.time()` with the bound of the session; the rest of `time` is as ever."""
    tool = ModuleType("pytest_timeout")
    monkeypatch.setitem(sys.modules, "pytest_timeout", tool)
    tool.time = time
    exec("def now(): return time.time(), time.monotonic()", vars(tool))
    before = tool.now()
    with FakeAWS(host_time=host_time) as aws:
        aws.clock.advance("10 days")
        seen = tool.now()

    assert before <= seen <= tool.now()
    assert seen[0] - before[0] < 86_400
    assert tool.time is time


@pytest.mark.slow
@EVERY
def test_reports_and_durations_of_a_long_virtual_test_are_real(run_apart, pytester, host_time):
    """Ten virtual days take milliseconds in `--durations`, in reports and in a JUnit file."""
    pytester.makeconftest(
        """
        def pytest_runtest_logreport(report):
            year = 365.25 * 86_400
            print("\\nyears", {1970 + report.start // year, 1970 + report.stop // year})
            assert 0 <= report.stop - report.start < 60
        """
    )
    result = run_apart(
        A_MODULE_WIDE_FAKE.format(host_time=host_time)
        + """
    def test_it(cloud):
        cloud.clock.advance("10 days")
        time.sleep(86_400)
    """,
        "--durations=0",
        "-vv",
        "-s",
        "--junit-xml=report.xml",
    )
    [suite] = ET.parse(pytester.path / "report.xml").getroot()

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*2030*")
    result.stdout.re_match_lines([r"\d\.\d+s call .*test_it", r"=+ 1 passed in \d\.\d+s =+"])
    assert max(float(element.get("time")) for element in (suite, *suite)) < 60


@pytest.mark.slow
@EVERY
@pytest.mark.parametrize("method", ["signal", "thread"])
def test_a_timeout_does_not_count_virtual_time(run_apart, host_time, method):
    """Ten virtual days are no reason to end a test; nor do they end the session."""
    result = run_apart(
        A_MODULE_WIDE_FAKE.format(host_time=host_time)
        + """
    def test_it(cloud):
        time.sleep(10 * 86_400)

    def test_the_next(cloud):
        pass
    """,
        *("--timeout=60", f"--timeout-method={method}", "--session-timeout=120"),
        *("-o", "faulthandler_timeout=60"),
        plugins=["pytest_timeout"],
    )

    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*session-timeout*")


HANGING = """
    import threading
    import time

    import freezegun
    import pytest
    import time_machine

    import pytest_fakeaws.fake  # what importing takes does not count

    @pytest.mark.fakeaws(host_time="{host_time}")
    def test_it(fakeaws):
        time.sleep(3600)
        lock = threading.Lock()
        lock.acquire()
        lock.acquire(timeout={seconds})
"""


@pytest.mark.slow
@EVERY
@pytest.mark.parametrize("method", ["signal", "thread"])
def test_a_test_that_really_hangs_is_ended_in_real_time(run_apart, host_time, method):
    """However far virtual time has gone, half a real second is half a real second."""
    result = run_apart(
        HANGING.format(host_time=host_time, seconds=60),
        "--timeout=0.5",
        f"--timeout-method={method}",
        plugins=["pytest_timeout"],
    )
    shown = result.stdout.str() + result.stderr.str()

    assert "Timeout" in shown
    assert result.ret == 1


@pytest.mark.slow
@EVERY
def test_a_handler_that_really_hangs_ends_its_test(run_apart, host_time):
    """The timeout leaves the handler, which has waited in virtual time before, and names its line."""
    result = run_apart(
        f"""
        import threading
        import time

        import freezegun
        import pytest
        import time_machine

        import pytest_fakeaws.fake  # what importing takes does not count

        def handler(event, context):
            time.sleep(2)
            lock = threading.Lock()
            lock.acquire()
            lock.acquire(timeout=60)

        @pytest.mark.fakeaws(host_time="{host_time}")
        def test_it(fakeaws):
            fakeaws.create_function("f", handler, timeout=900).invoke()

        def test_the_next(fakeaws):
            time.sleep(60)
        """,
        *("--timeout=0.5", "--timeout-method=signal"),
        plugins=["pytest_timeout"],
    )

    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*lock.acquire(timeout=60)", "*Failed: Timeout (>0.5s)*"])


@pytest.mark.slow
@EVERY
def test_the_stacks_of_a_hanging_test_are_dumped_in_real_time(run_apart, host_time):
    """The seconds of `faulthandler_timeout` are real ones."""
    result = run_apart(
        HANGING.format(host_time=host_time, seconds=1),
        *("-o", "faulthandler_timeout=0.3"),
    )

    result.assert_outcomes(passed=1)
    result.stderr.fnmatch_lines(["*Timeout (0:00:00.300000)!*"])
