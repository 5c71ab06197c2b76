"""Many threads at once: nothing is lost, nothing comes twice, and time is never late."""

import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.config import Config

from pytest_fakeaws.journal.entries import CallAnswered

pytestmark = pytest.mark.slow

THREADS = 32


@pytest.fixture(params=[None, 1e-6], ids=["usual", "hectic"])
def switching(request):
    """The interpreter switches threads as usual, or as often as it can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(request.param or usual)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def jobs(fakeaws):
    return fakeaws.create_queue("jobs", visibility_timeout=600)


@pytest.fixture
def calls(fakeaws):
    """Counts the calls that were answered, by operation."""

    def calls():
        facts = (entry.fact for entry in fakeaws.journal)
        return Counter(fact.operation for fact in facts if isinstance(fact, CallAnswered))

    return calls


@pytest.fixture
def together():
    """Runs a callable in all the threads, each with its number, and returns what they returned."""

    def together(call, threads=THREADS):
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(call, range(threads)))

    return together


def take(client, url, wait=0):
    """Receive and delete some messages; return their bodies."""
    answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
    messages = answer.get("Messages", [])
    for message in messages:
        client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in messages]


def test_a_hundred_thousand_calls_lose_nothing(jobs, together, calls):
    """All over one client: every message that was sent is taken exactly once."""
    each = 1_050
    # A third of a call would be spent on spelling out who calls.
    sqs = boto3.client("sqs", config=Config(user_agent="stress"))

    def work(number):
        taken = []
        for count in range(each):
            sqs.send_message(QueueUrl=jobs.url, MessageBody=f"{number}-{count}")
            taken += take(sqs, jobs.url)
        return taken

    taken = [body for bodies in together(work) for body in bodies]
    while rest := take(sqs, jobs.url):
        taken += rest

    assert Counter(taken) == Counter(
        f"{number}-{count}" for number in range(THREADS) for count in range(each)
    )
    assert calls().total() >= 100_000


def test_clients_of_their_own_lose_nothing_while_time_moves(fakeaws, switching, together, jobs):
    """Producers with delays and consumers that sleep, while the test advances."""
    each, half = 20, THREADS // 2
    clients = [boto3.client("sqs") for _ in range(THREADS)]

    def produce(number):
        for count in range(each):
            clients[number].send_message(
                QueueUrl=jobs.url, MessageBody=f"{number}-{count}", DelaySeconds=count
            )
            time.sleep(count % 3)

    def consume(number):
        taken = []
        while bodies := take(clients[number], jobs.url, wait=20):
            taken += bodies
            time.sleep(number % 5)
        return taken

    with ThreadPoolExecutor(THREADS) as pool:
        consuming = [pool.submit(consume, number) for number in range(half, THREADS)]
        producing = [pool.submit(produce, number) for number in range(half)]
        for _ in range(30):
            fakeaws.clock.advance(1)
        for future in producing:
            future.result()
        taken = [body for future in consuming for body in future.result()]

    assert Counter(taken) == Counter(
        f"{number}-{count}" for number in range(half) for count in range(each)
    )


def test_messages_of_crashed_consumers_come_back_once(fakeaws, switching, sqs, together):
    """A consumer that does not delete loses its message to another when the visibility timeout is over."""
    jobs = fakeaws.create_queue("fragile", visibility_timeout=30)
    for number in range(200):
        jobs.send(str(number))
    crashed, taken = set(), []

    def consume(number):
        while True:
            answer = sqs.receive_message(QueueUrl=jobs.url, WaitTimeSeconds=20)
            messages = answer.get("Messages", [])
            if not messages and time.time() > deadline:
                return
            for message in messages:
                body = message["Body"]
                if int(body) % 4 == 0 and body not in crashed:
                    crashed.add(body)
                else:
                    sqs.delete_message(QueueUrl=jobs.url, ReceiptHandle=message["ReceiptHandle"])
                    taken.append(body)

    deadline = time.time() + 60
    together(consume, threads=8)

    assert Counter(taken) == Counter(str(number) for number in range(200))
    assert len(crashed) == 50


def test_no_thread_is_ever_late(fakeaws, switching, together):
    """Each sees the very instants that it slept for, whatever the others do."""
    start = fakeaws.clock.now()

    def tick(number):
        seen = []
        for _ in range(20):
            time.sleep(number + 1)
            seen.append((fakeaws.clock.now() - start).total_seconds())
        return seen

    seen = together(tick, threads=16)

    assert seen == [[(number + 1) * tick for tick in range(1, 21)] for number in range(16)]


def test_clock_and_calls_do_not_hinder_each_other(fakeaws, switching, jobs, sqs):
    """The test turns the clock while threads call without ever waiting."""
    stop, counts = threading.Event(), []

    def hammer():
        count = 0
        while not stop.is_set():
            sqs.send_message(QueueUrl=jobs.url, MessageBody="x")
            count += 1
            time.sleep(0.01)
        counts.append(count)

    begun = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in begun:
        thread.start()
    fakeaws.clock.advance(1)
    stop.set()
    for thread in begun:
        thread.join()

    assert len(jobs.messages) == sum(counts)
    assert min(counts) >= 100
