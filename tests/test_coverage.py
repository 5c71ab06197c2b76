"""Coverage sees every line of code that waits in virtual time."""

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
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)

    coverage("run", "--include=test_waits.py", "-m", "pytest", "-q", "test_waits.py")
    coverage("json", "-o", "report.json")

    report = json.loads((tmp_path / "report.json").read_text())
    assert report["files"]["test_waits.py"]["missing_lines"] == []
