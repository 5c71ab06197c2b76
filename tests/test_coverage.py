"""Coverage sees every line and branch of code that waits in virtual time."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

CORES = ["ctrace", "sysmon"] if sys.version_info >= (3, 12) else ["ctrace"]
CODE = """
    import time

    import boto3

    def helper():
        time.sleep(1)
        inner = 1
        return inner

    def handler(event, context):
        total = helper()
        time.sleep(2)
        for step in range(3):
            time.sleep(1)
            total += step
        return total

    def worker(url):
        sqs = boto3.client("sqs")
        try:
            while True:
                polled = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
                messages = polled.get("Messages", [])
                for message in messages:
                    total = helper()
                    time.sleep(2)
                    total += 1
        finally:
            closed = True
            closed = not closed

    def test_workers_take_turns_with_the_test(fakeaws):
        queue = fakeaws.create_queue("jobs")
        workers = [fakeaws.spawn(worker, queue.url) for _ in range(2)]
        queue.send("a")
        queue.send("b")
        time.sleep(2)
        waited = 2
        workers[0].kill()
        time.sleep(30)
        assert waited == 2

    def test_two_handlers_take_turns_with_the_test(fakeaws):
        function = fakeaws.create_function("f", handler, timeout=20)
        for name in ("left", "right"):
            queue = fakeaws.create_queue(name)
            queue.trigger(function)
            queue.send("go")
        time.sleep(3)
        waited = 3
        time.sleep(10)
        assert waited == 3
        assert [run.result for run in function.invocations] == [4, 4]
"""


@pytest.mark.slow
@pytest.mark.parametrize("core", CORES)
def test_no_line_is_lost_where_flows_take_turns(tmp_path, core):
    """With each of coverage's cores, lines after a wait count like those before it."""
    (tmp_path / "test_waits.py").write_text(textwrap.dedent(CODE))

    def coverage(*arguments):
        command = [sys.executable, "-m", "coverage", *arguments]
        environment = {**os.environ, "COVERAGE_CORE": core, "COVERAGE_FILE": str(tmp_path / "data")}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)

    coverage(
        "run",
        "--include=test_waits.py",
        "-m",
        "pytest",
        "-q",
        "-p",
        "pytest_fakeaws.plugin",
        "test_waits.py",
    )
    coverage("json", "-o", "report.json")

    report = json.loads((tmp_path / "report.json").read_text())
    assert report["files"]["test_waits.py"]["missing_lines"] == []


WORK = """
    import os
    import time


    def pause(seconds):
        time.sleep(seconds)
        return seconds


    def helper(number):
        if number % 2:
            pause(1)
            return "odd"
        time.sleep(2)
        return "even"


    def generate(numbers):
        for number in numbers:
            pause(1)
            yield number
            if number == 2:
                break


    def handler(event, context):
        body = event["Records"][0]["body"]
        found = []
        try:
            for number in generate(range(int(body))):
                found.append(helper(number))
                if number > 5:
                    found.append("never")
            with open(os.devnull) as nothing:
                pause(1)
                nothing.read()
            if body == "3":
                raise ValueError(body)
        except ValueError:
            time.sleep(1)
            found.append("failed")
        finally:
            pause(0.5)
        while len(found) < 3:
            time.sleep(1)
            found.append("more")
        return found if body != "7" else None


    def wait_a_minute():
        for second in range(60):
            if second % 20 == 0:
                pause(1)
            else:
                time.sleep(1)
        return "done"
"""
STRAIGHT = """
    import work

    def test_it(monkeypatch):
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        for body in "132":
            work.handler({"Records": [{"body": body}]}, None)
        work.wait_a_minute()
"""
VIRTUAL = """
    import work

    def test_it(fakeaws):
        function = fakeaws.create_function("work", work.handler, timeout=60)
        for body in "132":
            queue = fakeaws.create_queue(f"queue-{body}", visibility_timeout=60)
            queue.trigger(function)
            queue.send(body)
        work.wait_a_minute()
        assert [run.error for run in function.invocations] == [None] * 3
"""
BRANCH_CORES = ["default", "ctrace", *(["sysmon"] if sys.version_info >= (3, 14) else [])]


@pytest.fixture
def measured(tmp_path):
    """Tells what pytest-cov says of a module of handlers after a test of them, lines and branches."""

    def measured(test, core):
        (tmp_path / "work.py").write_text(textwrap.dedent(WORK))
        (tmp_path / "test_work.py").write_text(textwrap.dedent(test))
        environment = {name: value for name, value in os.environ.items() if "COV" not in name}
        if core != "default":
            environment["COVERAGE_CORE"] = core
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        plugins = ("-p", "pytest_fakeaws.plugin", "-p", "pytest_cov.plugin")
        options = ("--cov=work", "--cov-branch", "--cov-report=json:report.json")
        command = [sys.executable, "-W", "error", "-m", "pytest", *plugins, *options]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
        return json.loads((tmp_path / "report.json").read_text())["files"]["work.py"]

    return measured


@pytest.mark.slow
@pytest.mark.parametrize("core", BRANCH_CORES)
def test_lines_and_branches_of_waiting_handlers_count_as_when_run_straight(measured, core):
    """Three handlers that take turns at their waits leave the same figures as three calls in a row."""
    assert measured(VIRTUAL, core) == measured(STRAIGHT, core)


@pytest.mark.slow
def test_the_figures_tell_what_did_not_run(measured):
    """The comparison above is of figures that know a gap when there is one."""
    report = measured(VIRTUAL, "default")

    assert (len(report["missing_lines"]), len(report["missing_branches"])) == (1, 1)
