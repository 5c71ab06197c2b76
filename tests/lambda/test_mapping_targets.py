"""Mappings to versions and aliases, and what a mapping's handle shows of its work."""

import re
from collections import Counter

import pytest

from pytest_fakeaws.errors import UnknownOption

SOURCE = "import os\ndef handler(event, context):\n    return {answer!r}\n"


@pytest.fixture
def queue(fakeaws):
    """A queue."""
    return fakeaws.create_queue("orders")


@pytest.fixture
def versions(create, client, zipped):
    """A function with two published versions, which answer with their names."""
    create(SOURCE.format(answer="one"))
    client.publish_version(FunctionName="f")
    client.update_function_code(FunctionName="f", ZipFile=zipped(SOURCE.format(answer="two")))
    client.publish_version(FunctionName="f")
    client.update_function_code(FunctionName="f", ZipFile=zipped(SOURCE.format(answer="latest")))


@pytest.fixture
def answers(fakeaws, queue):
    """What the function answered to some messages, one by one."""

    def answers(messages=1):
        for _ in range(messages):
            queue.send("order")
        fakeaws.clock.run_until_idle()
        return [run.result for run in fakeaws.function("f").invocations]

    return answers


@pytest.mark.parametrize(
    ("name", "answer"), [("f", "latest"), ("f:$LATEST", "latest"), ("f:1", "one"), ("f:2", "two")]
)
def test_a_version_gets_what_is_for_it(versions, queue, client, answers, name, answer):
    """The mapping shows the ARN that it was made for."""
    mapping = queue.trigger(name)

    assert answers() == [answer]
    shown = client.get_event_source_mapping(UUID=mapping.uuid)["FunctionArn"]
    assert shown == f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def test_an_alias_leads_anew_at_each_batch(versions, queue, client, answers):
    """When it is moved, the next batch goes there."""
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    queue.trigger("f:live")
    answers()
    client.update_alias(FunctionName="f", Name="live", FunctionVersion="2")

    assert answers() == ["one", "two"]


def test_a_weighted_alias_leads_by_chance(versions, queue, client, answers):
    """By the seed: the same each time."""
    client.create_alias(
        FunctionName="f",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}},
    )
    queue.trigger("f:live", batch_size=1)

    counts = Counter(answers(100))

    assert set(counts) == {"one", "two"}
    assert 10 < counts["two"] < 40


def test_an_alias_that_is_deleted_and_made_anew_goes_on(fakeaws, versions, queue, client, answers):
    """Messages wait for it."""
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    queue.trigger("f:live")
    client.delete_alias(FunctionName="f", Name="live")
    assert answers() == []
    assert queue.messages.bodies == ["order"]

    client.create_alias(FunctionName="f", Name="live", FunctionVersion="2")
    fakeaws.clock.advance(0)
    assert answers(0) == ["two"]


def test_a_name_that_does_not_exist_is_refused(versions, queue, client):
    """As an invocation of it would be."""
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.create_event_source_mapping(EventSourceArn=queue.arn, FunctionName="f:live")


def test_a_queue_may_feed_two_versions(versions, queue, client):
    """They are different functions; one and the same twice is not."""
    queue.trigger("f:1")
    queue.trigger("f:2")

    with pytest.raises(client.exceptions.ResourceConflictException):
        client.create_event_source_mapping(EventSourceArn=queue.arn, FunctionName="f:1")
    listed = client.list_event_source_mappings(FunctionName="f:2")["EventSourceMappings"]
    assert [mapping["FunctionArn"][-2:] for mapping in listed] == [":2"]


class TestHandle:
    """What a mapping's handle shows."""

    @pytest.fixture
    def function(self, fakeaws):
        """A function."""
        return fakeaws.create_function("invoice", lambda *_: "done")

    def test_a_mapping_knows_its_ends(self, queue, function):
        """By handles that stand for the same."""
        mapping = queue.trigger(function)

        assert (mapping.queue.arn, mapping.function.arn) == (queue.arn, function.arn)

    def test_a_queue_knows_its_mappings(self, queue, function, client):
        """However they were made."""
        made = client.create_event_source_mapping(
            EventSourceArn=queue.arn, FunctionName=function.name
        )

        assert [mapping.uuid for mapping in queue.mappings] == [made["UUID"]]

    def test_invocations_are_those_that_it_caused(self, fakeaws, queue, function):
        """Not those of another mapping, nor of a call."""
        other = fakeaws.create_queue("others")
        mapping = queue.trigger(function)
        other.trigger(function)
        function.invoke({})
        queue.send("mine")
        other.send("another's")
        fakeaws.clock.advance(0)

        bodies = [run.event["Records"][0]["body"] for run in mapping.invocations]
        assert (bodies, len(function.invocations)) == (["mine"], 3)

    def test_concurrency_is_a_sequence_of_changes(self, fakeaws, queue):
        """When, and how many batches from then on."""
        import time

        function = fakeaws.create_function("slow", lambda *_: time.sleep(2))
        mapping = queue.trigger(function, batch_size=1)
        start = fakeaws.clock.now()
        for _ in range(2):
            queue.send("order")
            fakeaws.clock.advance(1)
        fakeaws.clock.run_until_idle()

        changes = [((at - start).total_seconds(), number) for at, number in mapping.concurrency]
        assert changes == [(0, 1), (1, 2), (2, 1), (3, 0)]

    def test_what_is_updated_by_the_handle_is_seen_by_boto3(self, queue, function, client):
        """And what is cleared is gone."""
        mapping = queue.trigger(function, maximum_concurrency=7)
        mapping.update(
            batch_size=100, window="5s", report_batch_item_failures=True, maximum_concurrency=0
        )

        shown = client.get_event_source_mapping(UUID=mapping.uuid)
        assert (shown["BatchSize"], shown["MaximumBatchingWindowInSeconds"]) == (100, 5)
        assert shown["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "ScalingConfig" not in shown

    def test_provisioned_mode_can_be_left(self, queue, function, client):
        """With no pollers at the most."""
        mapping = queue.trigger(function, minimum_pollers=3)
        mapping.update(maximum_pollers=0, maximum_concurrency=7)

        shown = client.get_event_source_mapping(UUID=mapping.uuid)
        assert shown["ScalingConfig"] == {"MaximumConcurrency": 7}
        assert "ProvisionedPollerConfig" not in shown

    @pytest.mark.parametrize(
        ("settings", "text"),
        [
            ({"window": "1.5s"}, "That is 1.5 s, and AWS counts it in whole seconds."),
            ({"batch_size": "10"}, "batch_size cannot be '10'."),
            ({"maximum_pollers": 2.5}, "maximum_pollers cannot be 2.5."),
            ({"filters": {"body": ["x"]}}, "filters are a list of patterns"),
            ({"windows": 5}, 'Did you mean "window"?'),
        ],
        ids=str,
    )
    def test_a_slip_of_the_pen_is_explained(self, queue, function, settings, text):
        """Before anything is created, and before anything is changed."""
        with pytest.raises(UnknownOption, match=re.escape(text)):
            queue.trigger(function, **settings)
        mapping = queue.trigger(function)
        with pytest.raises(UnknownOption, match=re.escape(text)):
            mapping.update(**settings)
        assert len(queue.mappings) == 1
