"""Other processes: the workers of xdist, forked children, and children that start afresh."""

import os
import subprocess
import sys
import threading
import traceback

import boto3
import pytest

from pytest_fakeaws import FakeAWS

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")


@pytest.fixture
def in_child():
    """Runs a function in a forked child, and tells what it returned or raised, as text."""

    def in_child(function):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.write(writing, str(function()).encode())
            except BaseException as error:
                os.write(writing, "".join(traceback.format_exception_only(error)).encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            text = answer.read()
        os.waitpid(child, 0)
        return text

    return in_child


@pytest.fixture
def orders(fakeaws):
    """A queue with one message."""
    orders = fakeaws.create_queue("orders")
    orders.send("first")
    return orders


@needs_fork
def test_a_forked_child_talks_to_its_own_copy_of_the_fake(orders, in_child):
    """It receives what was there at the fork."""
    sqs = boto3.client("sqs")
    received = in_child(
        lambda: [m["Body"] for m in sqs.receive_message(QueueUrl=orders.url)["Messages"]]
    )

    assert received == "['first']"


@needs_fork
def test_what_a_forked_child_does_stays_there(orders, in_child):
    """The copies part at the fork: the parent's message is still waiting."""
    in_child(lambda: boto3.client("sqs").purge_queue(QueueUrl=orders.url))

    assert orders.messages.bodies == ["first"]


@needs_fork
def test_a_forked_child_does_not_reach_the_network(fakeaws, in_child):
    """A service that nobody fakes is refused there as here."""
    refused = in_child(boto3.client("s3").list_buckets)

    assert "s3:ListBuckets was about to leave for the network: nobody fakes it." in refused


@needs_fork
def test_a_forked_child_waits_in_virtual_time_of_its_own(fakeaws, in_child):
    """Its clock goes on from the fork, and the parent's stands still."""

    def wait():
        fakeaws.clock.advance("1 day")
        return fakeaws.clock.now().date()

    assert (in_child(wait), str(fakeaws.clock.now().date())) == ("2030-01-02", "2030-01-01")


@needs_fork
def test_a_child_of_multiprocessing_does_not_reach_the_network(fakeaws):
    """With its context "fork" it is a forked child like any other."""
    import multiprocessing

    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()

    def work():
        try:
            boto3.client("s3").list_buckets()
        except BaseException as error:
            answers.put(type(error).__name__)

    child = context.Process(target=work)
    child.start()
    child.join()

    assert (answers.get(), child.exitcode) == ("UnansweredCall", 0)


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_fork_waits_until_no_other_thread_is_inside(fakeaws, in_child):
    """A call of another thread is finished first: no child inherits a shut gate."""
    inside, forking = threading.Event(), threading.Event()

    def hold():
        with fakeaws._gate.inside:
            inside.set()
            forking.wait(0.05)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    answer = in_child(lambda: fakeaws._gate.inside.acquire(blocking=False))
    thread.join()

    assert answer == "True"


@needs_fork
def test_the_parent_goes_on_after_a_fork(orders, in_child):
    """Its own gate is open again."""
    in_child(lambda: None)
    orders.send("second")

    assert orders.messages.bodies == ["first", "second"]


def test_a_child_that_starts_afresh_has_fictional_credentials_only(monkeypatch):
    """It knows no fake, but neither does it know who its user really is."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_PROFILE", "production")
    code = "import os; print(*(os.environ.get(n) for n in ('AWS_ACCESS_KEY_ID', 'AWS_PROFILE')))"
    with FakeAWS():
        child = subprocess.run([sys.executable, "-Sc", code], capture_output=True, check=True)

    assert child.stdout.split() == [b"AKIAFAKEAWSFAKEAWS00", b"None"]


JOURNALS = """
    import time

    import boto3
    import pytest

    def handler(event, context):
        time.sleep(1)
        boto3.client("sqs").list_queues()
        if int(event["Records"][0]["body"]) % 2:
            raise ValueError("odd")

    @pytest.mark.parametrize("turn", range(8))
    def test_it(fakeaws, turn, pytestconfig):
        orders = fakeaws.create_queue("orders", dead_letter_queue=True)
        orders.trigger(fakeaws.create_function("handler", handler), batch_size=2)
        for number in range(turn + 1):
            orders.send(str(number))
        fakeaws.clock.run_until_idle()
        story = "\\n".join(map(repr, fakeaws.journal)) + fakeaws.timeline()
        (pytestconfig.rootpath / f"{turn}.journal").write_text(story)
"""


@pytest.mark.slow
def test_parallel_runs_write_the_same_journals(run_apart, pytester):
    """Four workers of xdist and none: byte for byte the same."""

    def journals(*options):
        result = run_apart(JOURNALS, *options, plugins=["xdist.plugin"])
        result.assert_outcomes(passed=8)
        return {path.name: path.read_bytes() for path in pytester.path.glob("*.journal")}

    alone = journals("-n0")
    assert len(alone) == 8
    assert journals("-n4") == alone
