"""Filters of a mapping: what they let through, what becomes of the rest, and what is refused.

See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html.
"""

import json

import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import InvocationStarted, MessageFiltered

RECORDED = (
    "lambda_/event_source_mapping/test_lambda_integration_sqs.py::TestSQSEventSourceMapping::"
    "test_sqs_invalid_event_filter"
)
NEW_ZEALAND = {"body": {"country": ["NZ"]}}


@pytest.fixture
def queue(fakeaws):
    """A queue."""
    return fakeaws.create_queue("orders")


@pytest.fixture
def function(fakeaws):
    """A function."""
    return fakeaws.create_function("ship", lambda *_: None)


@pytest.fixture
def passed(fakeaws, queue, function):
    """Which of some bodies get through some filters."""

    def passed(filters, *bodies):
        queue.trigger(function, filters=filters)
        for body in bodies:
            queue.send(body if isinstance(body, str) else json.dumps(body))
        fakeaws.clock.advance(0)
        assert (queue.messages, queue.in_flight) == ((), ())
        records = [record for run in function.invocations for record in run.event["Records"]]
        return [record["body"] for record in records]

    return passed


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        (["NZ"], "NZ", "AU"),
        (["NZ", "AU"], "AU", "FR"),
        ([""], "", "NZ"),
        ([None], None, "NZ"),
        ([{"anything-but": ["NZ"]}], "AU", "NZ"),
        ([{"numeric": ["=", 100]}], 100, 99),
        ([{"numeric": [">", 10, "<=", 20]}], 20, 10),
        ([{"exists": True}], 1, ...),
        ([{"exists": False}], ..., 1),
        ([{"prefix": "N"}], "NZ", "AU"),
        ([{"suffix": "Z"}], "NZ", "AU"),
        ([{"equals-ignore-case": "nz"}], "NZ", "AU"),
    ],
    ids=str,
)
def test_each_operator_decides(passed, rule, yes, no):
    """Those that the guide lists, on a key of the body."""

    def body(value):
        return json.dumps({"id": 7} if value is ... else {"id": 7, "key": value})

    assert passed([{"body": {"key": rule}}], body(yes), body(no)) == [body(yes)]


def test_all_keys_must_match(passed):
    """Inside a filter it is and."""
    both, one = {"country": "NZ", "total": 5}, {"country": "NZ", "total": 4}

    assert passed([{"body": {"country": ["NZ"], "total": [5]}}], both, one) == [json.dumps(both)]


def test_one_filter_is_enough(passed):
    """Between filters it is or."""
    filters = [NEW_ZEALAND, {"body": {"total": [5]}}]
    bodies = [{"country": "NZ"}, {"total": 5}, {"country": "AU", "total": 4}]

    assert passed(filters, *bodies) == [json.dumps(body) for body in bodies[:2]]


def test_keys_may_be_nested(passed):
    """As deep as the body is."""
    body = {"order": {"to": {"country": "NZ"}}}

    assert passed([{"body": {"order": {"to": {"country": ["NZ"]}}}}], body) == [json.dumps(body)]


def test_a_plain_text_is_matched_as_one(passed):
    """Its filter has rules right at the key body."""
    assert passed([{"body": [{"prefix": "order"}]}], "order 7", "refund 8") == ["order 7"]


@pytest.mark.parametrize(
    ("pattern", "body", "reason"),
    [
        (NEW_ZEALAND, "NZ", "its filter is for JSON, and the body is a plain text"),
        (
            {"body": ["NZ"]},
            '{"country": "NZ"}',
            "its filter is for a plain text, and the body is JSON",
        ),
        ({"body": ["NZ"]}, '["NZ"]', "its filter is for a plain text, and the body is JSON"),
        (NEW_ZEALAND, '{"country": ', "its filter is for JSON, and the body is a plain text"),
    ],
    ids=str,
)
def test_a_body_of_the_wrong_kind_is_deleted(passed, fakeaws, pattern, body, reason):
    """JSON and plain texts are not compared."""
    assert passed([pattern], body) == []
    assert reason[:40] in fakeaws.timeline()


class TestWhatDoesNotMatch:
    """A message that no filter lets through."""

    @pytest.fixture
    def mapping(self, fakeaws, queue, function):
        """A mapping that has filtered one message out and handled another."""
        mapping = queue.trigger(function, filters=[NEW_ZEALAND])
        queue.send('{"country": "AU"}')
        queue.send('{"country": "NZ"}')
        fakeaws.clock.advance(0)
        return mapping

    def test_is_a_view_of_the_mapping(self, mapping):
        """The test can say what it expected to be left out."""
        assert mapping.filtered.bodies == ['{"country": "AU"}']

    def test_is_told_with_the_reason(self, mapping, fakeaws):
        """In the timeline, before it is deleted."""
        lines = [line for line in fakeaws.timeline().splitlines() if "#1" in line]

        assert [line.split(maxsplit=2)[2] for line in lines] == [
            '#1 sent: {"country": "AU"}',
            "#1 received, time 1; hidden until 00:00:30",
            '#1 filtered out: "body.country" is "AU", wanted is "NZ"',
            "#1 deleted",
        ]

    def test_is_a_fact_of_its_own(self, mapping, fakeaws):
        """Which names message, queue and mapping."""
        (fact,) = [entry.fact for entry in fakeaws.journal if type(entry.fact) is MessageFiltered]

        assert (fact.mapping, fact.queue) == (mapping.arn, mapping.queue.arn)

    def test_does_not_count_in_a_batch(self, fakeaws, queue, function):
        """A batch is full of messages that match."""
        queue.trigger(function, batch_size=2, filters=[{"body": ["yes"]}])
        for body in ("yes", "no", "no", "no", "yes", "yes"):
            queue.send(body)
        fakeaws.clock.advance(0)

        assert [len(run.event["Records"]) for run in function.invocations] == [2, 1]

    def test_starts_no_invocation(self, fakeaws, queue, function):
        """However many there are."""
        mapping = queue.trigger(function, filters=[{"body": ["yes"]}])
        for _ in range(50):
            queue.send("no")
        fakeaws.clock.run_until_idle()

        assert len(mapping.filtered) == 50
        assert not [one for one in fakeaws.journal if type(one.fact) is InvocationStarted]

    def test_does_not_hold_up_its_group(self, fakeaws, function):
        """What is behind it in a FIFO queue follows at once."""
        queue = fakeaws.create_queue("orders.fifo", content_based_deduplication=True)
        queue.trigger(function, batch_size=1, filters=[{"body": ["yes"]}])
        for body in ("no", "yes"):
            queue.send(body, group="g")
        fakeaws.clock.advance(0)

        assert len(function.invocations) == 1


class TestRefusals:
    """What cannot be a filter."""

    @pytest.fixture
    def create(self, client, queue, function):
        """Creates a mapping with these patterns."""
        return lambda *patterns: client.create_event_source_mapping(
            EventSourceArn=queue.arn,
            FunctionName=function.name,
            FilterCriteria={"Filters": [{"Pattern": one} for one in patterns]},
        )

    @pytest.mark.parametrize(
        ("recording", "pattern"),
        [
            ("None", "null"),
            ("simple string", "simple string"),
            ("invalid_filter2", '{"a": "b"}'),
            ("invalid_filter3", '["a"]'),
        ],
    )
    def test_a_pattern_that_makes_no_sense(self, create, client, recorded, recording, pattern):
        """AWS's answer says no more either."""
        answers = recorded("lambda", f"{RECORDED}[{recording}]")
        step = "create_event_source_mapping_exception"

        with pytest.raises(client.exceptions.InvalidParameterValueException) as caught:
            create(pattern)

        assert answers.seen(step, caught.value.response) == answers[step]

    def test_a_sixth_filter(self, create, client):
        """Five are allowed."""
        with pytest.raises(client.exceptions.InvalidParameterValueException, match="filters"):
            create(*[json.dumps(NEW_ZEALAND)] * 6)

    def test_a_pattern_that_is_too_long(self, create):
        """The parameter is named, its number counted from one."""
        with pytest.raises(ClientError, match=r"filterCriteria\.filters\.2\.member\.pattern"):
            create(json.dumps(NEW_ZEALAND), json.dumps({"body": ["x" * 4_096]}))

    def test_another_key_than_the_body(self, create):
        """The guide: only body is supported."""
        with pytest.raises(NotSimulated, match="messageAttributes"):
            create('{"messageAttributes": {"kind": {"stringValue": ["a"]}}}')


def test_filters_can_be_changed_and_cleared(fakeaws, queue, function, client):
    """By an update, for what comes from then on."""
    mapping = queue.trigger(function, filters=[{"body": ["yes"]}])
    mapping.update(filters=[{"body": ["no"]}])
    queue.send("no")
    fakeaws.clock.advance(0)
    client.update_event_source_mapping(UUID=mapping.uuid, FilterCriteria={})
    queue.send("yes")
    fakeaws.clock.advance(0)

    assert (len(function.invocations), mapping.filtered) == (2, ())
    assert "FilterCriteria" not in client.get_event_source_mapping(UUID=mapping.uuid)


def test_filters_are_shown_as_they_were_given(queue, function, client):
    """The handle writes them as JSON."""
    mapping = queue.trigger(function, filters=[NEW_ZEALAND, '{"body":["x"]}'])

    shown = client.get_event_source_mapping(UUID=mapping.uuid)["FilterCriteria"]["Filters"]
    assert shown == [{"Pattern": json.dumps(NEW_ZEALAND)}, {"Pattern": '{"body":["x"]}'}]
