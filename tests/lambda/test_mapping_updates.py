"""UpdateEventSourceMapping, states, tags, and what becomes of a mapping whose ends come and go."""

from datetime import timedelta

import pytest

from pytest_fakeaws.errors import UnknownResource


@pytest.fixture
def queue(fakeaws):
    """A queue."""
    return fakeaws.create_queue("orders")


@pytest.fixture
def function(fakeaws):
    """A function."""
    return fakeaws.create_function("invoice", lambda *_: None)


@pytest.fixture
def mapping(queue, function):
    """A mapping of the one to the other."""
    return queue.trigger(function)


@pytest.fixture
def update(client, mapping):
    """Updates the mapping, and returns the answer."""
    return lambda **parameters: client.update_event_source_mapping(UUID=mapping.uuid, **parameters)


@pytest.fixture
def shown(client, mapping):
    """What the mapping shows of itself."""
    return lambda: client.get_event_source_mapping(UUID=mapping.uuid)


class TestSettings:
    """What an update changes."""

    @pytest.mark.parametrize(
        "parameters",
        [
            {"BatchSize": 3},
            {"BatchSize": 100, "MaximumBatchingWindowInSeconds": 5},
            {"FunctionResponseTypes": ["ReportBatchItemFailures"]},
            {"ScalingConfig": {"MaximumConcurrency": 7}},
            {"ProvisionedPollerConfig": {"MinimumPollers": 3, "MaximumPollers": 4}},
            {"MetricsConfig": {"Metrics": ["EventCount"]}},
            {"KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k"},
        ],
        ids=str,
    )
    def test_are_shown(self, update, shown, parameters):
        """By the answer, and from then on."""
        answer = update(**parameters)

        assert {name: answer[name] for name in parameters} == parameters
        assert {name: shown()[name] for name in parameters} == parameters

    def test_stay_if_they_are_not_given(self, fakeaws, update, shown):
        """Only the date of the last change is new."""
        update(BatchSize=3, ScalingConfig={"MaximumConcurrency": 7})
        before = shown()
        fakeaws.clock.advance(60)
        update()
        after = shown()

        passed = after.pop("LastModified") - before.pop("LastModified")
        assert passed == timedelta(seconds=60)
        assert {**after, "ResponseMetadata": {}} == {**before, "ResponseMetadata": {}}

    @pytest.mark.parametrize(
        "given",
        [
            {"ScalingConfig": {"MaximumConcurrency": 7}},
            {"ProvisionedPollerConfig": {"MinimumPollers": 3}},
            {"MetricsConfig": {"Metrics": ["EventCount"]}},
        ],
        ids=str,
    )
    def test_are_cleared_by_an_empty_structure(self, update, shown, given):
        """Of what has no default nothing is left."""
        (name,) = given
        update(**given)

        update(**{name: {}})

        assert name not in shown()

    def test_exclude_each_other_over_time(self, update, client):
        """A maximum concurrency that was given before counts."""
        update(ScalingConfig={"MaximumConcurrency": 7})

        with pytest.raises(client.exceptions.InvalidParameterValueException, match="exclude"):
            update(ProvisionedPollerConfig={"MinimumPollers": 3})
        update(ScalingConfig={}, ProvisionedPollerConfig={"MinimumPollers": 3})

    def test_that_are_refused_change_nothing(self, update, shown, client):
        """Neither those nor the others of the call."""
        with pytest.raises(client.exceptions.InvalidParameterValueException):
            update(BatchSize=11, FunctionResponseTypes=["ReportBatchItemFailures"])

        assert (shown()["BatchSize"], shown()["FunctionResponseTypes"]) == (10, [])

    def test_hold_for_the_next_batch(self, fakeaws, queue, function, update):
        """What waits already is delivered by them."""
        for body in "abcd":
            queue.send(body)
        update(BatchSize=2)
        fakeaws.clock.advance(0)

        assert [len(run.event["Records"]) for run in function.invocations] == [2, 2]

    def test_may_name_another_function(self, fakeaws, queue, function, update, mapping):
        """Which gets what comes from then on."""
        other = fakeaws.create_function("other", lambda *_: None)
        update(FunctionName="other")
        queue.send("order")
        fakeaws.clock.advance(0)

        assert (len(function.invocations), len(other.invocations)) == (0, 1)
        assert mapping.function.name == "other"

    def test_must_not_make_two_mappings_alike(self, fakeaws, queue, update, client):
        """The queue feeds the other function already."""
        queue.trigger(fakeaws.create_function("other", lambda *_: None))

        with pytest.raises(client.exceptions.ResourceConflictException, match="already exists"):
            update(FunctionName="other")

    def test_are_checked_against_the_queue_again(self, fakeaws, update, client):
        """A function that may take too long does not fit."""
        fakeaws.create_function("slow", lambda *_: None, timeout=60)

        with pytest.raises(
            client.exceptions.InvalidParameterValueException, match="Queue visibility timeout: 30"
        ):
            update(FunctionName="slow")

    def test_of_a_mapping_that_does_not_exist_are_not_found(self, client):
        """As with the other operations."""
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.update_event_source_mapping(UUID="00000000-0000-0000-0000-000000000000")


class TestStates:
    """What the answers say, and what is true at the next look."""

    @pytest.mark.parametrize(
        ("parameters", "answered", "then"),
        [
            ({"BatchSize": 3}, "Updating", "Enabled"),
            ({"Enabled": True}, "Updating", "Enabled"),
            ({"Enabled": False}, "Disabling", "Disabled"),
        ],
        ids=str,
    )
    def test_after_an_update(self, update, mapping, parameters, answered, then):
        """A change of state has a word of its own."""
        assert (update(**parameters)["State"], mapping.state) == (answered, then)

    def test_after_enabling(self, update, mapping):
        """There and back again."""
        mapping.disable()

        assert (update(Enabled=True)["State"], mapping.enabled) == ("Enabling", True)

    def test_a_mapping_can_begin_disabled(self, fakeaws, queue, function):
        """It polls when it is enabled, and not before."""
        mapping = queue.trigger(function, enabled=False)
        queue.send("order")
        fakeaws.clock.advance("1 min")
        assert (function.invocations, mapping.state) == ((), "Disabled")

        mapping.enable()
        fakeaws.clock.advance(0)
        assert len(function.invocations) == 1

    def test_a_disabled_mapping_leaves_messages_alone(self, fakeaws, queue, function, mapping):
        """They wait for the time after."""
        fakeaws.clock.advance(0)
        mapping.disable()
        queue.send("order")
        fakeaws.clock.run_until_idle()

        assert (function.invocations, queue.messages.bodies) == ((), ["order"])

    def test_a_mapping_may_be_disabled_between_a_send_and_its_poll(
        self, fakeaws, queue, function, mapping
    ):
        """Nothing has happened yet, and nothing will."""
        queue.send("order")
        mapping.disable()
        fakeaws.clock.advance(0)

        assert (function.invocations, queue.messages.bodies) == ((), ["order"])

    def test_the_timeline_tells_of_them(self, fakeaws, mapping):
        """A reader wonders why nothing more was delivered."""
        mapping.disable()

        assert "orders -> invoice: Disabled" in fakeaws.timeline()


class TestEnds:
    """A queue or a function that is deleted, and made anew."""

    def test_a_queue_made_anew_is_polled(self, fakeaws, queue, function, mapping, sqs):
        """The mapping goes by the ARN."""
        fakeaws.clock.advance(0)
        sqs.delete_queue(QueueUrl=queue.url)
        fakeaws.clock.advance("1 min")
        fakeaws.create_queue("orders").send("order")
        fakeaws.clock.advance(0)

        assert len(function.invocations) == 1

    def test_a_function_made_anew_is_invoked(self, fakeaws, queue, mapping, client):
        """By its name; messages have waited for it."""
        fakeaws.clock.advance(0)
        client.delete_function(FunctionName="invoice")
        queue.send("order")
        fakeaws.clock.advance("1 min")
        assert queue.messages.bodies == ["order"]

        function = fakeaws.create_function("invoice", lambda *_: None)
        fakeaws.clock.advance(0)
        assert len(function.invocations) == 1
        assert mapping.function.name == "invoice"

    def test_a_mapping_without_its_function_says_so(self, mapping, client):
        """It is still there, as in AWS."""
        client.delete_function(FunctionName="invoice")

        assert mapping.state == "Enabled"
        with pytest.raises(UnknownResource, match='"invoice" does not exist any more'):
            mapping.function  # noqa: B018

    def test_a_mapping_without_its_ends_can_be_disabled(self, queue, mapping, client, sqs):
        """And deleted: who cleans up need not know the order."""
        client.delete_function(FunctionName="invoice")
        sqs.delete_queue(QueueUrl=queue.url)

        mapping.disable()
        assert mapping.state == "Disabled"
        mapping.delete()

    def test_a_deleted_mapping_says_so(self, mapping):
        """A handle outlives what it stands for."""
        mapping.delete()

        with pytest.raises(UnknownResource, match="orders -> invoice does not exist any more"):
            mapping.state  # noqa: B018
        assert mapping.invocations == ()


class TestTags:
    """Tags of mappings."""

    def test_are_given_at_the_creation(self, client, queue, function):
        """By boto3."""
        made = client.create_event_source_mapping(
            EventSourceArn=queue.arn, FunctionName=function.name, Tags={"team": "billing"}
        )

        assert client.list_tags(Resource=made["EventSourceMappingArn"])["Tags"] == {
            "team": "billing"
        }

    def test_come_and_go(self, client, mapping):
        """By the ARN of the mapping."""
        client.tag_resource(Resource=mapping.arn, Tags={"team": "billing", "cost": "7"})
        client.untag_resource(Resource=mapping.arn, TagKeys=["cost"])

        assert client.list_tags(Resource=mapping.arn)["Tags"] == {"team": "billing"}

    def test_of_a_deleted_mapping_are_not_found(self, client, mapping):
        """With it they are gone."""
        mapping.delete()

        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.list_tags(Resource=mapping.arn)
