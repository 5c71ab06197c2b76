"""Three thousand addresses go through a function to a service that is busy now and then."""

import random
import time

import pytest
from geocoding import functions, job, service

ADDRESSES = [f"{number} High Street" for number in range(3_000)]


@pytest.fixture
def locating(fakeaws, monkeypatch):
    """The queue, the function that locates, and the one that gives up."""
    queue = fakeaws.create_queue(
        "addresses", dead_letter_queue=True, max_receive_count=4, visibility_timeout=30
    )
    function = fakeaws.create_function("locate", functions.locate, timeout=5)
    queue.trigger(function, report_batch_item_failures=True, maximum_concurrency=4)
    give_up = fakeaws.create_function("give-up", functions.give_up)
    fakeaws.queue("addresses-dlq").trigger(give_up)
    monkeypatch.setenv("ADDRESSES_QUEUE_URL", queue.url)
    monkeypatch.setattr(job, "jobs", {})
    return function


def busy(monkeypatch, share, until=float("inf")):
    """Let the service refuse a share of all requests, until some time."""
    dice = random.Random(1)
    locate = service.locate

    def sometimes(address):
        time.sleep(0.02)
        if time.time() < until and dice.random() < share:
            raise service.Busy
        return locate(address)

    monkeypatch.setattr(service, "locate", sometimes)


def test_every_address_is_located_though_a_tenth_is_refused(fakeaws, locating, monkeypatch):
    """What is refused is tried again half a minute later, and the rest of its batch is not."""
    busy(monkeypatch, share=0.1)
    running = job.start("high street", ADDRESSES)
    fakeaws.clock.run_until_idle()

    assert running.progress == 1
    assert len(running.located) + len(running.failed) == len(ADDRESSES)
    assert len(running.failed) < 3  # one in ten thousand is refused four times
    records = sum(len(run.event["Records"]) for run in locating.invocations)
    assert len(ADDRESSES) < records < 1.2 * len(ADDRESSES)


def test_progress_can_be_watched(fakeaws, locating, monkeypatch):
    """Four batches of ten at a time, a fiftieth of a second each address: 200 a second."""
    busy(monkeypatch, share=0)
    running = job.start("high street", ADDRESSES)

    seen = []
    for _ in range(4):
        fakeaws.clock.advance(4)
        seen.append(round(running.progress, 2))

    assert seen == [0.27, 0.53, 0.8, 1.0]


def test_a_service_that_is_down_for_good_ends_the_job(fakeaws, locating, monkeypatch):
    """Each address is tried four times, then it is given up; the job is done, and says so."""
    busy(monkeypatch, share=1)
    running = job.start("high street", ADDRESSES[:50])
    fakeaws.clock.run_until_idle()

    assert running.progress == 1
    assert len(running.failed) == 50
    assert running.located == {}


def test_an_outage_of_a_minute_costs_a_minute(fakeaws, locating, monkeypatch):
    """It is shorter than four attempts take, so nothing is given up."""
    busy(monkeypatch, share=1, until=time.time() + 60)
    running = job.start("high street", ADDRESSES[:50])
    fakeaws.clock.run_until_idle()

    assert len(running.located) == 50
    assert running.failed == {}
