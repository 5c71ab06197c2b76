"""One bad booking stops its own account for a while, and no other."""

import json
from decimal import Decimal

import pytest
from ledger import handler, producer


@pytest.fixture
def batch_size():
    """How many bookings a batch has at the most, unless a test says otherwise."""
    return 10


@pytest.fixture
def bookings(fakeaws, monkeypatch, batch_size):
    """The queue of bookings, and the function that books them."""
    monkeypatch.setattr(handler, "balances", {})
    queue = fakeaws.create_queue(
        "bookings.fifo", dead_letter_queue=True, max_receive_count=3, visibility_timeout=60
    )
    function = fakeaws.create_function("ledger", handler.handler, timeout=10)
    queue.trigger(function, batch_size=batch_size, report_batch_item_failures=True)
    return queue


def test_a_bad_booking_does_not_stop_other_accounts(fakeaws, bookings):
    """Ada's second booking is bad; Bob's are booked at once."""
    producer.send(bookings.url, "ada", 1, amount="10.00")
    producer.send(bookings.url, "ada", 2, amount="ten")
    producer.send(bookings.url, "bob", 1, amount="7.50")
    producer.send(bookings.url, "ada", 3, amount="1.00")
    fakeaws.clock.advance(1)

    assert handler.balances == {"ada": Decimal("10.00"), "bob": Decimal("7.50")}


def book_four_of_which_the_second_is_bad(fakeaws, bookings):
    for number, amount in enumerate(["10.00", "ten", "1.00", "2.00"], 1):
        producer.send(bookings.url, "ada", number, amount=amount)
    fakeaws.clock.run_until_idle()


@pytest.mark.parametrize("batch_size", [1])
def test_one_by_one_only_the_bad_booking_is_set_aside(fakeaws, bookings):
    """After three attempts, a minute apart, the account goes on, in order."""
    book_four_of_which_the_second_is_bad(fakeaws, bookings)

    assert handler.balances == {"ada": Decimal("13.00")}
    assert bookings.dead_letters.bodies == [json.dumps({"amount": "ten"})]


def test_in_batches_a_bad_booking_takes_with_it_what_is_behind_it(fakeaws, bookings):
    """Each was received as often as the bad one: why a ledger in batches cannot trust its dead letters."""
    book_four_of_which_the_second_is_bad(fakeaws, bookings)

    assert handler.balances == {"ada": Decimal("10.00")}
    assert [json.loads(body)["amount"] for body in bookings.dead_letters.bodies] == [
        "ten",
        "1.00",
        "2.00",
    ]


def test_a_booking_that_is_sent_twice_is_booked_once(fakeaws, bookings):
    """The producer lost an answer and sent again; the queue knows the number."""
    for _ in range(2):
        producer.send(bookings.url, "ada", 1, amount="10.00")
    fakeaws.clock.run_until_idle()

    assert handler.balances == {"ada": Decimal("10.00")}


def test_each_account_is_booked_in_order(fakeaws, bookings, monkeypatch):
    """A hundred bookings of ten accounts, interleaved."""
    seen = {}

    def book(account, record):
        seen.setdefault(account, []).append(json.loads(record["body"])["serial"])
        return True

    monkeypatch.setattr(handler, "book", book)
    for number in range(100):
        producer.send(bookings.url, f"account-{number % 10}", number, serial=number)
    fakeaws.clock.run_until_idle()

    assert seen == {f"account-{first}": list(range(first, 100, 10)) for first in range(10)}
