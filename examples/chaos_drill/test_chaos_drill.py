"""Drills: something is made to go wrong, and the ferry must come out of it with one seat and one letter for each."""

from collections import Counter

import pytest
from ferry import desk, letters, seats

PASSENGERS = [f"passenger {number}" for number in range(8)]


@pytest.fixture
def bookings(fakeaws):
    """The ferry's topic; behind it a queue, the function, another queue and the worker."""
    seats.seats.clear()
    letters.written.clear()
    topic = fakeaws.create_topic("bookings")
    arriving = fakeaws.create_queue(
        "arriving", dead_letter_queue=True, max_receive_count=6, visibility_timeout="1 min"
    )
    to_write = fakeaws.create_queue("letters", dead_letter_queue=True, max_receive_count=6)
    topic.subscribe(arriving, raw=True)
    function = fakeaws.create_function(
        "seats", seats.handler, timeout=10, environment={"LETTERS": to_write.url}
    )
    arriving.trigger(function, batch_size=3)
    fakeaws.spawn(letters.work, to_write.url)
    return topic


def sail(fakeaws, bookings, passengers=PASSENGERS):
    """Let everybody book, and wait until nothing is left to do; then count."""
    for name in passengers:
        desk.book(bookings.arn, name)
    fakeaws.clock.run_until_idle()

    assert sorted(seats.seats) == sorted(letters.written) == passengers
    assert set(Counter(seats.seats.values()).values()) == {1}
    for queue in (fakeaws.queue("arriving"), fakeaws.queue("letters")):
        assert queue.messages == queue.in_flight == queue.dead_letters == []


DRILLS = {
    "SQS is out of order for two minutes": lambda faults: faults.error(
        "sqs:*", status=503, lasting="2 min"
    ),
    "publishing is throttled": lambda faults: faults.throttle("sns:Publish", times=2),
    "each other reply to the desk is lost": lambda faults: faults.lose_reply(
        "sns:Publish", every=2
    ),
    "the topic does not reach its queue": lambda faults: faults.fail_delivery(
        "bookings", lasting="5 min"
    ),
    "the function crashes between two bookings": lambda faults: faults.crash(
        "seats", after_calls=2
    ),
    "the function hangs": lambda faults: faults.hang("seats", before_call=1, times=2),
    "the function crashes when it is done": lambda faults: faults.crash("seats", after_return=True),
    "the function is throttled": lambda faults: faults.throttle_function("seats", times=3),
    "the worker crashes before it deletes": lambda faults: faults.crash(
        letters.work, before_call=2, restart="10s"
    ),
    "each letter is delivered twice": lambda faults: faults.duplicate("letters", times=8),
    "everything comes in any order": lambda faults: faults.reorder("arriving", every=1),
}


@pytest.mark.parametrize("drill", DRILLS)
def test_the_ferry_comes_out_of_a_drill(fakeaws, bookings, drill):
    """Each of them really happens."""
    fault = DRILLS[drill](fakeaws.faults)
    sail(fakeaws, bookings)

    assert fault.hits > 0


def test_the_ferry_comes_out_of_chaos(fakeaws, bookings):
    """Everything at once, drawn from the seed; `--fakeaws-seed=1` has another day."""
    fakeaws.faults.chaos("wild")
    sail(fakeaws, bookings)


@pytest.mark.fakeaws(explore=60)
def test_the_ferry_sails_on_every_schedule(fakeaws, bookings):
    """A crash at each point in turn, second deliveries, other orders.

    Few passengers make few points, so that sixty schedules reach them all.
    """
    sail(fakeaws, bookings, PASSENGERS[:3])
