"""How many invocations run at once: they overlap, share what the account has, and are throttled."""

import time
from contextlib import suppress

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue, TooManyRequests
from pytest_fakeaws.services.ports import ServiceError

HERE, ELSEWHERE = Place("123456789012", "us-east-1"), Place("123456789012", "eu-west-1")
OF_FUNCTION = "ReservedFunctionConcurrentInvocationLimitExceeded"
OF_ACCOUNT = "ConcurrentInvocationLimitExceeded"


# What there is, without boto3


@pytest.fixture
def concurrency(cloud):
    """What counts invocations."""
    return cloud.functions.invoker.concurrency


@pytest.fixture
def function(cloud):
    """Makes functions."""

    def function(name="work", place=HERE):
        return cloud.functions.create(
            place, name, print, handler_name="print", timeout=3, memory=128, environment={}
        )

    return function


def occupy(concurrency, function, number):
    """Begin so many invocations, and return what ends them."""
    return [concurrency.enter(function) for _ in range(number)]


def test_an_account_runs_a_thousand_invocations_at_once(concurrency, function):
    """Of all functions together."""
    one, other = function("one"), function("other")
    occupy(concurrency, one, 600)
    occupy(concurrency, other, 400)

    with pytest.raises(TooManyRequests) as caught:
        concurrency.enter(one)
    assert caught.value.reason == OF_ACCOUNT


def test_each_region_has_its_own_thousand(concurrency, function):
    """Nothing is shared between places."""
    occupy(concurrency, function(), 1_000)

    occupy(concurrency, function(place=ELSEWHERE), 1_000)


def test_a_share_is_kept_from_the_others(concurrency, function):
    """They have what it leaves."""
    one, other = function("one"), function("other")
    concurrency.reserve(one, 300)
    occupy(concurrency, other, 700)

    with pytest.raises(TooManyRequests):
        concurrency.enter(other)
    occupy(concurrency, one, 300)


def test_a_share_is_never_exceeded(concurrency, function):
    """However much is left elsewhere."""
    one = function()
    concurrency.reserve(one, 2)
    occupy(concurrency, one, 2)

    with pytest.raises(TooManyRequests) as caught:
        concurrency.enter(one)
    assert caught.value.reason == OF_FUNCTION


def test_what_has_ended_makes_room(concurrency, function):
    """For the next."""
    one = function()
    concurrency.reserve(one, 1)
    (leave,) = occupy(concurrency, one, 1)
    leave()

    occupy(concurrency, one, 1)


def test_a_share_given_while_invocations_run_counts_them(concurrency, function):
    """They no longer belong to all, and then they do again."""
    one, other = function("one"), function("other")
    leaves = occupy(concurrency, one, 200)
    concurrency.reserve(one, 100)
    occupy(concurrency, other, 900)
    with pytest.raises(TooManyRequests):
        concurrency.enter(one)

    concurrency.unreserve(one)
    with pytest.raises(TooManyRequests) as caught:
        concurrency.enter(other)
    assert caught.value.reason == OF_ACCOUNT
    for leave in leaves[:101]:
        leave()
    occupy(concurrency, other, 1)


def test_a_hundred_are_left_for_functions_without_a_share(concurrency, function):
    """AWS's rule, in its words."""
    one, other = function("one"), function("other")
    concurrency.reserve(one, 400)
    with pytest.raises(InvalidParameterValue, match=r"below its minimum value of \[100\]\."):
        concurrency.reserve(other, 501)

    concurrency.reserve(other, 500)
    concurrency.reserve(one, 400)  # no more than it has already
    concurrency.reserve(function("third"), 0)  # takes nothing from anybody


# Through boto3


@pytest.fixture
def waits(fakeaws):
    """A function that takes ten seconds."""
    return fakeaws.create_function("waits", lambda *_: time.sleep(10), timeout=60)


def error_of(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response


def test_a_share_is_put_shown_and_deleted_as_recorded(client, waits, recorded):
    """Zero is a share, too."""
    answers = recorded(
        "lambda",
        "lambda_/test_lambda_api.py::TestLambdaReservedConcurrency::test_function_concurrency",
    )

    def put(number):
        return client.put_function_concurrency(
            FunctionName="waits", ReservedConcurrentExecutions=number
        )

    steps = {
        "put_function_concurrency_with_reserved_0": lambda: put(0),
        "put_function_concurrency_with_reserved_1": lambda: put(1),
        "get_function_concurrency": lambda: client.get_function_concurrency(FunctionName="waits"),
        "delete_response": lambda: client.delete_function_concurrency(FunctionName="waits"),
        "get_function_concurrency_after_delete": lambda: client.get_function_concurrency(
            FunctionName="waits"
        ),
    }
    for step, call in steps.items():
        assert answers.seen(step, call()) == answers[step]


def test_a_share_is_part_of_the_function_as_recorded(client, create, zipped, recorded):
    """As long as there is one."""
    answers = recorded(
        "lambda", "lambda_/test_lambda.py::TestLambdaConcurrency::test_lambda_concurrency_update"
    )
    create(name="waits", Timeout=30)
    put = client.put_function_concurrency(FunctionName="waits", ReservedConcurrentExecutions=3)
    shown = client.get_function_concurrency(FunctionName="waits")
    function = client.get_function(FunctionName="waits")
    client.delete_function_concurrency(FunctionName="waits")
    steps = {
        "put_function_concurrency": put,
        "get_function_concurrency_updated": shown,
        "get_function_concurrency_deleted": client.get_function_concurrency(FunctionName="waits"),
    }
    for step, answer in steps.items():
        assert answers.seen(step, answer) == answers[step]
    assert function["Concurrency"] == answers["get_function_concurrency_info"]["Concurrency"]
    assert "Concurrency" not in client.get_function(FunctionName="waits")


def test_a_throttle_is_answered_as_recorded(client, waits, recorded):
    """With its reason; botocore's retries change nothing about it."""
    step = "exc_no_cap_requestresponse"
    answers = recorded(
        "lambda", "lambda_/test_lambda.py::TestLambdaConcurrency::test_reserved_concurrency"
    )
    client.put_function_concurrency(FunctionName="waits", ReservedConcurrentExecutions=0)

    error = error_of(client.invoke, FunctionName="waits")
    assert answers.seen(step, error) == answers[step]


def test_a_throttle_is_an_exception_of_its_own(client, waits):
    """So that a caller can tell it from others."""
    client.put_function_concurrency(FunctionName="waits", ReservedConcurrentExecutions=0)

    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName="waits")


def test_a_share_of_nothing_that_exists_is_refused(client, fakeaws):
    """The function must be there."""
    error = error_of(
        client.put_function_concurrency, FunctionName="none", ReservedConcurrentExecutions=1
    )
    assert error["Error"]["Code"] == "ResourceNotFoundException"


def test_the_account_settings_show_what_is_left(client, waits):
    """For functions without a share."""
    client.put_function_concurrency(FunctionName="waits", ReservedConcurrentExecutions=300)

    limit = client.get_account_settings()["AccountLimit"]
    assert (limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]) == (1_000, 700)


def test_a_deleted_function_gives_its_share_back(fakeaws, client, waits):
    """Another may have it."""
    client.put_function_concurrency(FunctionName="waits", ReservedConcurrentExecutions=900)
    client.delete_function(FunctionName="waits")

    fakeaws.create_function("again", print, reserved_concurrency=900)
    shown = client.get_function_concurrency(FunctionName="again")
    assert shown["ReservedConcurrentExecutions"] == 900


# Handlers that wait


def test_handlers_that_wait_overlap(fakeaws, waits):
    """Three of them take no longer than one."""
    start = fakeaws.clock.now()
    for _ in range(3):
        waits.invoke_async()
    fakeaws.clock.run_until_idle()

    assert [run.started for run in waits.invocations] == [start] * 3
    assert (fakeaws.clock.now() - start).total_seconds() == 10


def test_concurrency_is_shown_over_time(fakeaws, waits):
    """Each change of it, of this function alone."""
    start = fakeaws.clock.now()
    fakeaws.create_function("other", print).invoke_async()
    waits.invoke_async()
    fakeaws.clock.advance(5)
    waits.invoke_async()
    fakeaws.clock.run_until_idle()

    changes = [((at - start).total_seconds(), number) for at, number in waits.concurrency]
    assert changes == [(0, 1), (5, 2), (10, 1), (15, 0)]


def test_workers_that_invoke_at_once_are_throttled(fakeaws):
    """One gets through, and the other is told, which it may catch."""
    fakeaws.create_function("waits", lambda *_: time.sleep(2), reserved_concurrency=1)

    def call():
        try:
            boto3.client("lambda").invoke(FunctionName="waits")
        except ClientError as error:
            return error.response["Reason"]
        return "done"

    workers = [fakeaws.spawn(call) for _ in range(2)]
    fakeaws.clock.run_until_idle()

    assert [worker.result() for worker in workers] == ["done", OF_FUNCTION]


def test_a_handle_raises_the_throttle(fakeaws):
    """There is no invocation to return."""
    function = fakeaws.create_function("off", print, reserved_concurrency=0)

    with pytest.raises(ServiceError, match="TooManyRequestsException: Rate Exceeded"):
        function.invoke()
    assert function.invocations == ()


def test_throttles_are_noted(fakeaws):
    """When, and by which limit."""
    function = fakeaws.create_function("off", print, reserved_concurrency=0)
    fakeaws.clock.advance(5)
    with pytest.raises(ServiceError):
        function.invoke()

    (throttle,) = function.throttles
    assert (throttle.at, throttle.reason) == (fakeaws.clock.now(), OF_FUNCTION)


def test_a_timeout_makes_room(fakeaws):
    """Even if the handler holds on."""

    def stubborn(event, context):
        with suppress(BaseException):
            time.sleep(60)
        time.sleep(60)

    function = fakeaws.create_function("work", stubborn, timeout=1, reserved_concurrency=1)
    function.invoke()
    function.invoke()

    assert len(function.invocations) == 2


def test_code_that_cannot_run_takes_no_room(fakeaws, create, client):
    """It raises by name each time, and never a throttle."""
    create(name="work", Runtime="nodejs22.x", Handler="index.handler")
    client.put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=1)

    for _ in range(2):
        with pytest.raises(NotSimulated):
            client.invoke(FunctionName="work")


# Mappings


@pytest.fixture
def orders(fakeaws):
    return fakeaws.create_queue("orders", visibility_timeout=60, dead_letter_queue=True)


def test_a_throttled_batch_stays_with_its_poller(fakeaws, orders):
    """It is tried again after twice as long each time, and received once."""
    start = fakeaws.clock.now()
    function = fakeaws.create_function(
        "work", lambda *_: time.sleep(10), timeout=30, reserved_concurrency=1
    )
    orders.trigger(function, batch_size=1)
    orders.send("a")
    orders.send("b")
    fakeaws.clock.run_until_idle()

    seconds = [(run.started - start).total_seconds() for run in function.invocations]
    assert seconds == [0, 15]
    assert [run.attempt for run in function.invocations] == [1, 1]
    assert (orders.messages.bodies, orders.dead_letters.bodies) == ([], [])


def test_a_batch_that_is_throttled_for_long_returns_to_the_queue(fakeaws, orders):
    """Each time it is received counts, as AWS's users have learnt."""
    function = fakeaws.create_function("work", print, timeout=30, reserved_concurrency=0)
    orders.trigger(function)
    orders.send("a")
    fakeaws.clock.run_until_idle()

    assert orders.dead_letters.bodies == ["a"]
    assert orders.dead_letters[0].receive_count == 3
    assert "3 times" in fakeaws.timeline().splitlines()[-1]


def test_a_throttled_batch_is_handled_when_there_is_room(fakeaws, client, orders):
    """Here, when the share is taken away."""
    function = fakeaws.create_function("work", print, timeout=30, reserved_concurrency=0)
    orders.trigger(function)
    orders.send("a")
    fakeaws.clock.advance(10)
    client.delete_function_concurrency(FunctionName="work")
    fakeaws.clock.run_until_idle()

    (run,) = function.invocations
    assert (run.attempt, run.succeeded) == (1, True)


def test_a_deleted_mapping_gives_its_throttled_batch_back(fakeaws, client, orders):
    """It does not invoke any more, although it could."""
    function = fakeaws.create_function("work", print, timeout=30, reserved_concurrency=0)
    mapping = orders.trigger(function)
    orders.send("a")
    fakeaws.clock.advance(10)
    mapping.delete()
    client.delete_function_concurrency(FunctionName="work")
    fakeaws.clock.run_until_idle()
    fakeaws.clock.advance(60)

    assert function.invocations == ()
    assert orders.messages.bodies == ["a"]


def test_a_mapping_polls_on_after_a_throttled_batch(fakeaws, client, orders):
    """What it gave back, it gets again, and what it had not taken, being throttled, for the first time."""
    function = fakeaws.create_function("work", print, timeout=30, reserved_concurrency=0)
    orders.trigger(function, batch_size=1)
    for body in "abcde":
        orders.send(body)
    fakeaws.clock.advance(64)  # given back at 63
    client.delete_function_concurrency(FunctionName="work")
    fakeaws.clock.run_until_idle()

    assert [run.attempt for run in function.invocations] == [1, 1, 2, 2, 2]
    assert (orders.messages, orders.in_flight) == ((), ())


def test_a_throttle_is_in_the_history_of_its_messages(fakeaws, orders):
    """Beside what they were received for."""
    function = fakeaws.create_function("work", print, timeout=30, reserved_concurrency=0)
    orders.trigger(function)
    orders.send("a")
    fakeaws.clock.run_until_idle()

    assert OF_FUNCTION in str(orders.dead_letters[0].history)
