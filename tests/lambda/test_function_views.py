"""What a function shows of its invocations, and how that reads when an assertion fails."""

import time
from datetime import datetime, timedelta, timezone

START = datetime(2030, 1, 1, tzinfo=timezone.utc)


def test_an_invocation_shows_what_happened(fakeaws):
    """Event, attempt, start, duration, log, and the error with its traceback."""

    def handler(event, context):
        print("looking for", event["name"])
        time.sleep(1.5)
        raise KeyError("lamp")

    function = fakeaws.create_function("shop", handler)
    function.invoke({"name": "lamp"})

    (run,) = function.invocations
    assert (run.event, run.attempt, run.result) == ({"name": "lamp"}, 1, None)
    assert (run.started, run.duration) == (START, timedelta(seconds=1.5))
    assert run.logs == "looking for lamp\n"
    assert function.errors == (run.error,)
    assert run.error.__traceback__.tb_next.tb_frame.f_code.co_name == "handler"


def test_an_invocation_reads_well_in_a_failing_assert(fakeaws):
    """One line: which attempt, when, and what came of it."""
    failing = fakeaws.create_function("failing", lambda *_: {}["lamp"], retry_attempts=0)
    talking = fakeaws.create_function("talking", lambda *_: "x" * 99)
    resting = fakeaws.create_function("resting", lambda *_: time.sleep(2))
    for function in (failing, talking, resting):
        function.invoke_async()
    fakeaws.clock.advance(1)

    shown = [repr(function.invocations) for function in (failing, talking, resting)]

    when = "<Invocation, attempt 1 at 2030-01-01 00:00:00:"
    assert shown == [
        f"[{when} KeyError: 'lamp'>]",
        f"[{when} returned '{'x' * 50}…>]",
        f"[{when} runs>]",
    ]


def test_throttles_and_concurrency_are_told_with_their_time(fakeaws):
    """When it could not run, and how many ran at once from when on."""
    function = fakeaws.create_function("slow", lambda *_: time.sleep(2), reserved_concurrency=1)
    function.invoke_async()
    function.invoke_async()
    fakeaws.clock.advance(5)

    assert function.concurrency[:2] == ((START, 1), (START + timedelta(seconds=2), 0))
    assert function.throttles[0].at == START
    assert "ReservedFunction" in repr(function.throttles[0])
