"""At-least-once delivery: a credit that comes twice is booked once."""

import importlib
import json
import sys

import boto3
import pytest
from moto import mock_aws

CREDIT = json.dumps({"credit_id": "c-1", "owner": "ada", "cents": 500})


@pytest.fixture(params=["imported before the fakes", "imported after the fakes"])
def import_time(request):
    """When the handler's module, with the clients in it, is imported."""
    return request.param


@pytest.fixture
def wallet(fakeaws, import_time):
    """The handler's module, with DynamoDB by moto beside the fake."""
    sys.modules.pop("wallet.handler", None)
    if import_time == "imported before the fakes":
        importlib.import_module("wallet.handler")
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="idempotency",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield importlib.import_module("wallet.handler")


@pytest.fixture
def queue(fakeaws, wallet):
    """The queue, and the function that it feeds."""
    queue = fakeaws.create_queue("credits", dead_letter_queue=True)
    queue.trigger(fakeaws.create_function("wallet", wallet.handler, timeout=10))
    return queue


def test_a_credit_that_is_sent_twice_is_booked_once(fakeaws, queue, wallet):
    """The sender lost the answer to its first call, and sent again."""
    queue.send(CREDIT)
    queue.send(CREDIT)
    fakeaws.clock.run_until_idle()

    assert wallet.balances == {"ada": 500}


def test_a_credit_that_is_delivered_again_is_booked_once(fakeaws, queue, wallet, monkeypatch):
    """Booked, then the function crashes before its batch is done: the message comes back."""
    book, crashes = wallet.book, iter([True, False])

    def book_and_crash(*, credit):
        book(credit=credit)
        if next(crashes):
            raise MemoryError("out of memory, after the credit was booked")

    monkeypatch.setattr(wallet, "book", book_and_crash)
    queue.send(CREDIT)
    fakeaws.clock.run_until_idle()

    assert len(fakeaws.function("wallet").invocations) == 2
    assert wallet.balances == {"ada": 500}
    assert queue.dead_letters.bodies == []


def test_the_memory_lasts_for_an_hour(fakeaws, queue, wallet):
    """After that the same credit counts as a new one: virtual time is DynamoDB's too."""
    for minutes in (0, 59, 2):
        fakeaws.clock.advance(f"{minutes} min")
        queue.send(CREDIT)
        fakeaws.clock.run_until_idle()

    assert wallet.balances == {"ada": 1000}
