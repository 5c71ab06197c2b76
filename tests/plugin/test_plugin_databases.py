"""Handlers run in the test's own thread: they see its database connections and its transaction."""

import sqlite3
import time

import pytest


@pytest.fixture
def database():
    """An empty ledger in memory, whose connection refuses every thread but this one."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE ledger (entry TEXT)")
    yield connection
    connection.close()


@pytest.fixture
def ledger(database):
    """Reads what the ledger holds."""
    return lambda: [entry for (entry,) in database.execute("SELECT entry FROM ledger")]


@pytest.fixture
def book(database):
    """A handler that writes, waits, and writes again over the test's connection."""

    def handler(event, context):
        for record in event["Records"]:
            database.execute("INSERT INTO ledger VALUES (?)", [f"begin {record['body']}"])
            time.sleep(2)
            database.execute("INSERT INTO ledger VALUES (?)", [f"end {record['body']}"])

    return handler


def test_a_handler_writes_over_the_tests_own_connection(fakeaws, book, ledger):
    """`check_same_thread` does not mind, before the wait or after it."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("book", book))
    orders.send("7")
    fakeaws.clock.run_until_idle()

    assert ledger() == ["begin 7", "end 7"]


def test_the_test_sees_what_a_waiting_handler_has_not_committed(fakeaws, book, ledger):
    """They share one connection, so there is nothing to commit for it."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("book", book))
    orders.send("7")
    fakeaws.clock.advance(1)

    assert ledger() == ["begin 7"]


def test_a_rollback_of_the_test_takes_back_what_a_handler_wrote(fakeaws, book, database, ledger):
    """The transaction is the test's."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("book", book))
    orders.send("7")
    fakeaws.clock.run_until_idle()
    database.rollback()

    assert ledger() == []


@pytest.fixture
def run_django(run_apart, pytester):
    """Runs pytest-django on a module that has a model called Entry and a handler for it."""
    pytester.makeconftest(
        """
        from django.conf import settings

        def pytest_configure():
            settings.configure(
                DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
                INSTALLED_APPS=["django.contrib.sessions"],
                USE_TZ=True,
            )
        """
    )
    return lambda code: run_apart(_DJANGO + code, plugins=["pytest_django.plugin"])


_DJANGO = """
import time

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

def keys():
    return sorted(Session.objects.values_list("session_key", flat=True))

def write(key):
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())

def handler(event, context):
    for record in event["Records"]:
        write("begin")
        time.sleep(2)
        assert connection.in_atomic_block
        write("end")

@pytest.fixture
def orders(fakeaws):
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("handler", handler))
    return orders
"""


@pytest.mark.slow
def test_a_handler_is_in_the_transaction_of_the_django_test(run_django):
    """What it writes is there for the test, and gone for the next one."""
    result = run_django(
        """
@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_it(fakeaws, orders, turn):
    write("arranged")
    orders.send("7")
    fakeaws.clock.advance(1)
    assert keys() == ["arranged", "begin"]
    fakeaws.clock.run_until_idle()
    assert keys() == ["arranged", "begin", "end"]
"""
    )

    result.assert_outcomes(passed=2)


@pytest.mark.slow
def test_djangos_now_is_virtual_in_a_handler(run_django):
    """Rows bear the instant at which the handler wrote them."""
    result = run_django(
        """
@pytest.mark.django_db
def test_it(fakeaws, orders):
    orders.send("7")
    fakeaws.clock.run_until_idle()
    written = {row.session_key: row.expire_date for row in Session.objects.all()}
    assert (written["end"] - written["begin"]).total_seconds() == 2
    assert written["end"] == fakeaws.clock.now()
"""
    )

    result.assert_outcomes(passed=1)


@pytest.mark.slow
def test_a_handler_without_leave_for_the_database_is_refused_like_its_test(run_django):
    """pytest-django blocks handlers as it blocks the test around them."""
    result = run_django(
        """
def test_it(fakeaws, orders):
    orders.send("7")
    fakeaws.clock.advance(5)
    [run] = fakeaws.function("handler").invocations
    assert "Database access not allowed" in str(run.error)
"""
    )

    result.assert_outcomes(passed=1)


@pytest.mark.slow
def test_a_commit_hook_of_a_handler_runs_where_the_test_wants_it(run_django):
    """`on_commit` callbacks of a handler's own atomic block wait for the test's transaction."""
    result = run_django(
        """
@pytest.mark.django_db
def test_it(fakeaws, django_capture_on_commit_callbacks):
    def hooked(event, context):
        with transaction.atomic():
            write("kept")
            transaction.on_commit(lambda: write("committed"))
            time.sleep(1)

    function = fakeaws.create_function("hooked", hooked)
    with django_capture_on_commit_callbacks(execute=True):
        function.invoke()
        assert keys() == ["kept"]
    assert keys() == ["committed", "kept"]
"""
    )

    result.assert_outcomes(passed=1)
