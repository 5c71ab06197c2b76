"""Documents find their way through the functions by filter policies alone."""

import pytest
from pipeline import steps

ENGLISH = {"id": "1", "picture": "rain and wind"}
GERMAN = {"id": "2", "picture": "das meer und das schiff"}


@pytest.fixture
def topic(fakeaws, monkeypatch):
    """The topic, to which each function subscribes with its filter."""
    topic = fakeaws.create_topic("documents")
    for name, policy in steps.FILTERS.items():
        function = fakeaws.create_function(name, f"pipeline.steps.{name}")
        topic.subscribe(function, filter_policy=policy)
    monkeypatch.setenv("DOCUMENTS_TOPIC_ARN", topic.arn)
    monkeypatch.setattr(steps, "filed", {})
    return topic


def runs(fakeaws):
    """How often each function ran."""
    return {name: len(fakeaws.function(name).invocations) for name in steps.FILTERS}


def test_a_german_document_is_translated_on_its_way(fakeaws, topic):
    """Three functions, one after the other; the last one sends nothing on."""
    steps.send(GERMAN, "scan")
    fakeaws.clock.run_until_idle()

    assert steps.filed == {"2": "the meer and the schiff"}
    assert runs(fakeaws) == {"scan": 1, "translate": 1, "file": 1}


def test_an_english_document_goes_past_the_translator(fakeaws, topic):
    """The filters decide that; no function knows of it."""
    steps.send(ENGLISH, "scan")
    fakeaws.clock.run_until_idle()

    assert steps.filed == {"1": "rain and wind"}
    assert runs(fakeaws) == {"scan": 1, "translate": 0, "file": 1}


def test_a_typing_slip_reaches_nobody_and_can_be_explained(fakeaws, topic):
    """A message that no policy lets through is lost without an error, as in AWS."""
    steps.send(ENGLISH, "scann")
    fakeaws.clock.run_until_idle()

    assert runs(fakeaws) == {"scan": 0, "translate": 0, "file": 0}
    scan = topic.subscriptions[0]
    assert str(scan.explains(topic.notifications[0])) == (
        'kept out: "next" is "scann", wanted is "scan"'
    )


def test_a_translator_that_fails_holds_the_document_for_three_attempts(fakeaws, topic, monkeypatch):
    """SNS has handed it over; from there Lambda's own retries apply, after one and two minutes."""
    function = fakeaws.function("translate")
    function.handler = lambda event, context: 1 / 0
    steps.send(GERMAN, "scan")
    fakeaws.clock.run_until_idle()

    assert [run.attempt for run in function.invocations] == [1, 2, 3]
    assert steps.filed == {}
