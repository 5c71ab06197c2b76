"""What becomes of an order: success, a transient failure, a poison message, a partial batch failure."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from shop import invoice, orders, payments

ORDERS = json.loads(Path(__file__).with_name("orders.json").read_text())
GOOD, ALSO_GOOD, POISON, LAST = ORDERS


@pytest.fixture
def queue(fakeaws, monkeypatch):
    """The orders queue, from which a message may be received three times."""
    queue = fakeaws.create_queue(
        "orders", dead_letter_queue=True, max_receive_count=3, visibility_timeout=60
    )
    monkeypatch.setenv("ORDERS_QUEUE_URL", queue.url)
    monkeypatch.setattr(invoice, "invoices", {})
    return queue


@pytest.fixture
def invoicing(fakeaws, queue):
    """The invoice function, fed from the orders queue."""
    function = fakeaws.create_function("invoice", "shop.invoice.handler", timeout=10)
    queue.trigger(function, batch_size=10, report_batch_item_failures=True)
    return function


def test_an_order_is_invoiced(fakeaws, queue, invoicing):
    """On a good day one invocation does it, and the queue is empty."""
    orders.place_order(GOOD)
    fakeaws.clock.run_until_idle()

    assert invoice.invoices == {"A-1001": "ada-1580"}
    assert [run.attempt for run in invoicing.invocations] == [1]
    assert queue.messages.bodies == []


def test_an_order_outlives_a_minute_without_payments(fakeaws, queue, invoicing, monkeypatch):
    """While the provider is down the order waits out its visibility timeout, and is tried again."""
    down_until = fakeaws.clock.now() + timedelta(seconds=45)

    def charge(customer, cents):
        if fakeaws.clock.now() < down_until:
            raise payments.PaymentProviderDown
        return "late but fine"

    monkeypatch.setattr(payments, "charge", charge)
    orders.place_order(GOOD)
    fakeaws.clock.run_until_idle()

    assert invoice.invoices == {"A-1001": "late but fine"}
    first, second = invoicing.invocations
    assert second.started - first.started == timedelta(seconds=60)
    assert queue.dead_letters.bodies == []


def test_an_order_that_can_never_be_invoiced_is_dead_lettered(fakeaws, queue, invoicing):
    """Three attempts, a minute apart; the fourth receive moves it to the dead-letter queue."""
    orders.place_order(POISON)
    fakeaws.clock.advance("5 min")

    assert queue.dead_letters.bodies == [json.dumps(POISON)]
    assert [run.attempt for run in invoicing.invocations] == [1, 2, 3]
    assert invoice.invoices == {}


def test_one_bad_order_does_not_hold_up_its_batch(fakeaws, queue, invoicing):
    """The good orders of a batch are invoiced once; only the bad one comes back."""
    orders.place_orders(ORDERS)
    fakeaws.clock.advance("5 min")

    assert sorted(invoice.invoices) == ["A-1001", "A-1002", "A-1004"]
    assert queue.dead_letters.bodies == [json.dumps(POISON)]
    assert [len(run.event["Records"]) for run in invoicing.invocations] == [4, 1, 1]
