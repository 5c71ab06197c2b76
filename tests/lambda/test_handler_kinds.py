"""Handlers of all kinds: what AWS's runtime runs runs, and what it cannot fails in its words."""

import json
import warnings

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.middleware_factory import lambda_handler_decorator
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes import SQSEvent, event_source


@pytest.fixture
def outcome(create, client):
    """What comes of invoking the handler of a module: the error, if it failed, and the payload."""

    def outcome(source, event=None, handler="handler.handler"):
        create(source, Handler=handler)
        answer = client.invoke(FunctionName="f", Payload=json.dumps(event))
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())

    return outcome


# What runs


RUNNING = {
    "function": "def handler(event, context): return [event]",
    "lambda": "handler = lambda event, context: [event]",
    "partial": (
        "import functools\n"
        "def handle(times, event, context): return [event] * times\n"
        "handler = functools.partial(handle, 1)"
    ),
    "partial by keyword": (
        "import functools\n"
        "def handle(event, context, times): return [event] * times\n"
        "handler = functools.partial(handle, times=1)"
    ),
    "callable instance": (
        "class Handler:\n"
        "    def __call__(self, event, context): return [event]\n"
        "handler = Handler()"
    ),
    "bound method": (
        "class Handler:\n"
        "    def handle(self, event, context): return [event]\n"
        "handler = Handler().handle"
    ),
    "static method": (
        "class Handler:\n"
        "    @staticmethod\n"
        "    def handle(event, context): return [event]\n"
        "handler = Handler.handle"
    ),
    "any arguments": "def handler(*arguments): return [arguments[0]]",
    "decorated": (
        "import functools\n"
        "def plain(function):\n"
        "    @functools.wraps(function)\n"
        "    def inner(*args, **kwargs): return function(*args, **kwargs)\n"
        "    return inner\n"
        "@plain\n"
        "def handler(event, context): return [event]"
    ),
    "cached": (
        "import functools\n@functools.lru_cache\ndef handler(event, context): return [event]"
    ),
    "coroutine run to its end": (
        "import asyncio\n"
        "async def handle(event): return [event]\n"
        "def handler(event, context): return asyncio.run(handle(event))"
    ),
}


@pytest.mark.parametrize("source", RUNNING.values(), ids=RUNNING)
def test_what_takes_an_event_and_a_context_runs(outcome, source):
    """The runtime calls whatever the module's attribute is."""
    assert outcome(source, 7) == (None, [7])


# What does not


UNSPEAKABLE = {
    "coroutine": ("async def handler(event, context): return [event]", "coroutine"),
    "generator": ("def handler(event, context): yield event", "generator"),
    "async generator": ("async def handler(event, context): yield event", "async_generator"),
    "class": (
        "class handler:\n    def __init__(self, event, context): pass",
        "handler",
    ),
    "set": ("def handler(event, context): return {event}", "set"),
    "bytes that are no JSON": ("def handler(event, context): return b'a'", "bytes"),
}


@pytest.mark.parametrize(("source", "kind"), UNSPEAKABLE.values(), ids=UNSPEAKABLE)
def test_what_json_cannot_say_is_an_error(outcome, source, kind):
    """A handler that is awaited or iterated by nobody returns only the promise of its result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a coroutine that nobody awaited

        error, document = outcome(source, 7)

    assert (error, document["errorType"]) == ("Unhandled", "Runtime.MarshalError")
    assert document["errorMessage"] == (
        f"Unable to marshal response: Object of type {kind} is not JSON serializable"
    )


FAILING = {
    "too few parameters": (
        "def handler(event): pass",
        "handler() takes 1 positional argument but 2 were given",
    ),
    "too many parameters": (
        "def handler(event, context, more): pass",
        "handler() missing 1 required positional argument: 'more'",
    ),
    "no callable": ("handler = 7", "'int' object is not callable"),
    "instance that is none": (
        "class Handler: pass\nhandler = Handler()",
        "'Handler' object is not callable",
    ),
}


@pytest.mark.parametrize(("source", "text"), FAILING.values(), ids=FAILING)
def test_what_cannot_be_called_so_is_a_type_error(outcome, source, text):
    """In Python's own words, as the runtime passes them on."""
    error, document = outcome(source)

    assert (error, document["errorType"], document["errorMessage"]) == (
        "Unhandled",
        "TypeError",
        text,
    )


def test_a_method_of_a_class_cannot_be_named(outcome):
    """All before the last dot is a module."""
    source = "class Handler:\n    @staticmethod\n    def handle(event, context): return event"

    error, document = outcome(source, handler="handler.Handler.handle")

    assert error == "Unhandled"
    assert document["errorType"] == "Runtime.ImportModuleError"
    assert "'handler.Handler'" in document["errorMessage"]


# Powertools


def test_a_logger_that_injects_the_context(fakeaws, capsys):
    """Powertools' logger writes what the context says."""
    logger = Logger(service="handler-kinds")  # of its own: powertools gives it a handler for good

    @logger.inject_lambda_context(log_event=True)
    def handler(event, context):
        logger.info("working")
        return event

    run = fakeaws.create_function("work", handler).invoke({"order": 7})

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert run.result == {"order": 7}
    assert [line["function_name"] for line in lines] == ["work", "work"]
    assert {line["function_request_id"] for line in lines} == {run.request_id}


def test_an_event_source_and_a_middleware(fakeaws):
    """Decorators that wrap the event, and others around them."""

    @lambda_handler_decorator
    def counted(handler, event, context):
        return [len(event["Records"]), handler(event, context)]

    @counted
    @event_source(data_class=SQSEvent)
    def handler(event, context):
        return [record.body for record in event.records]

    orders = fakeaws.create_queue("orders")
    work = fakeaws.create_function("work", handler)
    orders.trigger(work)
    orders.send("a")
    orders.send("b")
    fakeaws.clock.run_until_idle()

    assert [run.result for run in work.invocations] == [[2, ["a", "b"]]]


def test_a_batch_processor_reports_what_failed(fakeaws):
    """Only that comes back."""
    processor = BatchProcessor(event_type=EventType.SQS)

    def handle(record):
        if record.body == "bad":
            raise ValueError(record.body)

    def handler(event, context):
        return process_partial_response(event, handle, processor, context)

    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    orders.trigger(fakeaws.create_function("work", handler), report_batch_item_failures=True)
    for body in ("good", "bad"):
        orders.send(body)
    fakeaws.clock.run_until_idle()

    assert orders.dead_letters.bodies == ["bad"]
