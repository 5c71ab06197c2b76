"""The control API: other processes turn the clock."""

import json

import pytest


@pytest.fixture
def control(endpoint, ask):
    """Asks a verb from outside, while the test serves; returns status and content."""
    import threading

    def control(path, data=None, fakeaws=None):
        answers = []
        outside = threading.Thread(
            target=lambda: answers.append(ask(f"/_fakeaws/{path}", data)), daemon=True
        )
        outside.start()
        endpoint.wait_for(lambda: answers)
        status, content = answers[0]
        return status, json.loads(content) if content[:1] in b"{[" else content.decode()

    return control


def test_the_clock_is_read_and_turned(fakeaws, control):
    """By a duration or to an instant, in a body or a query."""
    seen = []
    jobs = fakeaws.create_queue("jobs")
    jobs.trigger(fakeaws.create_function("work", lambda event, _: seen.append(event)))
    jobs.send("a", delay=30)

    assert control("now") == (200, {"now": "2030-01-01T00:00:00+00:00"})
    assert control("advance", {"by": 29})[1] == {"now": "2030-01-01T00:00:29+00:00"}
    assert seen == []
    assert control("advance?by=1", b"")[1] == {"now": "2030-01-01T00:00:30+00:00"}
    assert len(seen) == 1
    assert control("advance", {"to": "2030-01-02T00:00:00Z"})[1] == {
        "now": "2030-01-02T00:00:00+00:00"
    }


def test_it_runs_until_nothing_is_left_to_do(fakeaws, control):
    """As the clock's own verb."""
    jobs = fakeaws.create_queue("jobs")
    jobs.trigger(fakeaws.create_function("work", lambda *_: None))
    jobs.send("a", delay=30)

    assert control("run-until-idle", {})[1] == {"now": "2030-01-01T00:00:30+00:00"}


def test_the_journal_and_the_timeline_are_told(fakeaws, control):
    """Facts by their kinds, and the story as a text."""
    fakeaws.create_queue("jobs").send("a")

    entries = control("journal")[1]
    assert [entry["kind"] for entry in entries] == ["QueueCreated", "MessageSent"]
    assert entries[1]["excerpt"] == "a"
    assert control("timeline")[1] == str(fakeaws.timeline())


def test_it_lets_calls_go_wrong(fakeaws, control, ask):
    """By the verbs of `fakeaws.faults`, with their keywords."""
    fault = {"fault": "error", "call": "sqs:ListQueues", "status": 503, "times": 2}
    assert control("faults", fault)[0] == 200

    listing = "/?Action=ListQueues&Version=2012-11-05"
    assert [ask(listing)[0] for _ in range(3)] == [503, 503, 200]


def test_it_starts_afresh(fakeaws, control):
    """Nothing is left of what was."""
    fakeaws.create_queue("jobs")
    fakeaws.clock.advance(60)

    assert control("reset", {}) == (200, {"now": "2030-01-01T00:00:00+00:00"})
    assert list(fakeaws.journal) == []


@pytest.mark.parametrize(
    ("path", "data", "status", "said"),
    [
        ("advance", {"by": "soon"}, 400, "InvalidTime"),
        ("advance", {"by": -1}, 400, "InvalidTime"),
        ("advance", {"to": "1999-01-01"}, 400, "InvalidTime"),
        ("advance", {}, 400, "BadRequest"),
        ("advance", b"{", 400, "BadRequest"),
        ("advance", b"[]", 400, "BadRequest"),
        ("run-until-idle", {"forever": True}, 400, "BadRequest"),
        ("run-until-idle", {"max_events": []}, 400, "BadRequest"),
        ("faults", {"fault": "meteor"}, 400, "BadRequest"),
        ("faults", {"fault": "throttle", "call": "sqs:Fly"}, 400, "UnknownOption"),
        ("faults", {"fault": "throttle"}, 400, "BadRequest"),
        ("advance", None, 405, "BadRequest"),
        ("advnce", {}, 404, "BadRequest"),
    ],
)
def test_what_it_cannot_do_is_an_error(control, path, data, status, said):
    """With a status of the client's."""
    answer = control(path, data)

    assert (answer[0], answer[1]["type"]) == (status, said)
