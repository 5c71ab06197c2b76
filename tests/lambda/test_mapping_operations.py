"""Event source mappings as such, through boto3 and through the handle."""

import json
import time

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.ports import ServiceError

RECORDED = "lambda_/event_source_mapping/test_lambda_integration_sqs.py::"


@pytest.fixture
def queue(fakeaws):
    """A queue."""
    return fakeaws.create_queue("orders")


@pytest.fixture
def function(fakeaws):
    """A function."""
    return fakeaws.create_function("invoice", lambda *_: None)


@pytest.fixture
def create(client, queue, function):
    """Creates a mapping of the queue to the function."""

    def create(**parameters):
        return client.create_event_source_mapping(
            **{"EventSourceArn": queue.arn, "FunctionName": function.name, **parameters}
        )

    return create


def as_text(mapping):
    """A mapping with its time in text, as recordings show it."""
    return {**mapping, "LastModified": mapping["LastModified"].isoformat()}


class TestAsRecorded:
    """Answers beside recorded ones."""

    def test_creating_one_and_another_like_it(self, create, client, recorded):
        """The second is a conflict that names the first."""
        answers = recorded(
            "lambda",
            f"{RECORDED}TestSQSEventSourceMapping::test_duplicate_event_source_mappings",
        )

        assert answers.seen("create", as_text(create())) == answers["create"]
        with pytest.raises(client.exceptions.ResourceConflictException) as caught:
            create()
        assert answers.seen("error", caught.value.response) == answers["error"]

    def test_getting_one(self, create, client, recorded):
        """It is enabled as soon as one looks."""
        answers = recorded(
            "lambda", f"{RECORDED}test_failing_lambda_retries_after_visibility_timeout"
        )

        mapping = client.get_event_source_mapping(UUID=create(BatchSize=1)["UUID"])

        assert (
            answers.seen("event_source_mapping", as_text(mapping))
            == answers["event_source_mapping"]
        )

    def test_creating_one_of_a_queue_that_does_not_exist(self, create, client, queue, recorded):
        """Lambda tries the queue, and tells what SQS said."""
        answers = recorded("lambda", f"{RECORDED}test_esm_with_not_existing_sqs_queue")

        with pytest.raises(client.exceptions.InvalidParameterValueException) as caught:
            create(EventSourceArn=f"{queue.arn}-of-yesterday")

        assert answers.seen("error", caught.value.response) == answers["error"]


@pytest.mark.parametrize(
    ("parameters", "answered"),
    [
        ({}, {"BatchSize": 10, "FunctionResponseTypes": []}),
        ({"BatchSize": 3}, {"BatchSize": 3}),
        (
            {"FunctionResponseTypes": ["ReportBatchItemFailures"]},
            {"FunctionResponseTypes": ["ReportBatchItemFailures"]},
        ),
        (
            {"ScalingConfig": {"MaximumConcurrency": 2}},
            {"ScalingConfig": {"MaximumConcurrency": 2}},
        ),
        (
            {"BatchSize": 10_000, "MaximumBatchingWindowInSeconds": 300},
            {"BatchSize": 10_000, "MaximumBatchingWindowInSeconds": 300},
        ),
        (
            {"ProvisionedPollerConfig": {}},
            {"State": "Enabled"},
        ),
        (
            {"ProvisionedPollerConfig": {"MinimumPollers": 5}},
            {"ProvisionedPollerConfig": {"MinimumPollers": 5, "MaximumPollers": 200}},
        ),
        (
            {"ProvisionedPollerConfig": {"MaximumPollers": 9}},
            {"ProvisionedPollerConfig": {"MinimumPollers": 2, "MaximumPollers": 9}},
        ),
        (
            {"KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k"},
            {"KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k"},
        ),
        (
            {"MetricsConfig": {"Metrics": ["EventCount"]}},
            {"MetricsConfig": {"Metrics": ["EventCount"]}},
        ),
        ({"Enabled": False}, {"State": "Disabled"}),
    ],
    ids=str,
)
def test_a_mapping_answers_how_it_was_made(create, client, parameters, answered):
    """Settings come back as they were given, or as AWS fills them in."""
    mapping = client.get_event_source_mapping(UUID=create(**parameters)["UUID"])

    assert {name: mapping[name] for name in answered} == answered


def test_a_mapping_made_by_the_handle_is_the_same(queue, function, client):
    """Nothing is possible only through sugar, and nothing only through boto3."""
    made = queue.trigger(function, batch_size=2, report_batch_item_failures=True)

    mapping = client.get_event_source_mapping(UUID=made.uuid)

    assert (mapping["EventSourceArn"], mapping["FunctionArn"]) == (queue.arn, function.arn)
    assert (mapping["BatchSize"], mapping["EventSourceMappingArn"]) == (2, made.arn)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_handles_show_what_they_stand_for(queue, function):
    """A failing assertion shows names, and no addresses."""
    assert repr(function) == "<Function invoice>"
    assert repr(queue.trigger(function)) == "<EventSourceMapping orders -> invoice>"


def test_a_mapping_made_through_boto3_delivers(fakeaws, queue, function, create):
    """By name, or by ARN."""
    create(FunctionName=function.arn)
    queue.send("order")
    fakeaws.clock.advance(0)

    assert len(function.invocations) == 1


def test_a_mapping_to_a_function_that_does_not_exist_is_refused(create, client):
    """As an invocation would be."""
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        create(FunctionName="nothing")


def test_a_visibility_timeout_shorter_than_the_functions_is_refused(fakeaws, queue):
    """A message would come back while it is still handled."""
    slow = fakeaws.create_function("slow", lambda *_: None, timeout=60)

    with pytest.raises(
        ServiceError,
        match="Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
    ):
        queue.trigger(slow)


def test_a_visibility_timeout_as_long_as_the_functions_is_accepted(fakeaws, queue):
    """Only a shorter one is wrong."""
    mapping = queue.trigger(fakeaws.create_function("slow", lambda *_: None, timeout=30))

    assert repr(mapping) == f"<EventSourceMapping {queue.name} -> slow>"


def test_a_batch_of_more_than_ten_needs_a_window(create, client):
    """The text is AWS's."""
    with pytest.raises(
        client.exceptions.InvalidParameterValueException,
        match="Maximum batch window in seconds must be greater than 0 "
        "if maximum batch size is greater than 10",
    ):
        create(BatchSize=11)


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 0},
        {"batch_size": 10_001},
        {"maximum_concurrency": 0},
        {"maximum_concurrency": 1},
        {"maximum_pollers": 0},
        {"maximum_concurrency": 1_001},
    ],
    ids=str,
)
def test_a_setting_outside_of_aws_range_is_refused(queue, function, settings):
    """The error is AWS's own."""
    (value,) = settings.values()

    with pytest.raises(ServiceError, match=f"^ValidationException: .*Value '{value}' at"):
        queue.trigger(function, **settings)


@pytest.mark.parametrize(
    "settings",
    [{"batch_size": 1, "maximum_concurrency": 2}, {"batch_size": 10, "maximum_concurrency": 1_000}],
    ids=["least", "most"],
)
def test_the_ends_of_aws_range_are_inside(queue, function, settings):
    """Both bounds are inclusive."""
    mapping = queue.trigger(function, **settings)

    assert repr(mapping) == f"<EventSourceMapping {queue.name} -> {function.name}>"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        (
            {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:1:q"}}},
            "Unsupported DestinationConfig parameter for given event source mapping type.",
        ),
        ({"ParallelizationFactor": 2}, "Unsupported ParallelizationFactor parameter"),
        ({"StartingPosition": "LATEST"}, "Unsupported StartingPosition parameter"),
        (
            {
                "ScalingConfig": {"MaximumConcurrency": 5},
                "ProvisionedPollerConfig": {"MinimumPollers": 2},
            },
            "exclude each other",
        ),
        (
            {"ProvisionedPollerConfig": {"MinimumPollers": 9, "MaximumPollers": 8}},
            "MinimumPollers must be less than or equal to MaximumPollers",
        ),
    ],
    ids=str,
)
def test_what_does_not_go_with_a_queue_is_refused(create, client, parameters, text):
    """With AWS's words where they are known."""
    with pytest.raises(client.exceptions.InvalidParameterValueException, match=text):
        create(**parameters)


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"MaximumBatchingWindowInSeconds": 5}, "Batching window is not supported for FIFO queues"),
        ({"BatchSize": 11}, "between 1 and 10 inclusive"),
    ],
    ids=str,
)
def test_what_does_not_go_with_a_fifo_queue_is_refused(fakeaws, create, client, parameters, text):
    """Its batches are small, and are not gathered."""
    queue = fakeaws.create_queue("orders.fifo")

    with pytest.raises(client.exceptions.InvalidParameterValueException, match=text):
        create(EventSourceArn=queue.arn, **parameters)


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"MaximumBatchingWindowInSeconds": 301}, "maximumBatchingWindowInSeconds"),
        ({"ProvisionedPollerConfig": {"MinimumPollers": 201}}, "minimumPollers"),
        ({"ProvisionedPollerConfig": {"MaximumPollers": 10_001}}, "maximumPollers"),
        ({"ProvisionedPollerConfig": {"MinimumPollers": 1}}, "minimumPollers"),
        ({"MetricsConfig": {"Metrics": ["Sunshine"]}}, "metricsConfig.metrics"),
        ({"FunctionResponseTypes": ["Shrug"]}, "functionResponseTypes"),
        ({"FunctionResponseTypes": ["ReportBatchItemFailures"] * 2}, "length less than .* 1"),
    ],
    ids=str,
)
def test_a_parameter_outside_of_the_model_is_refused(create, parameters, name):
    """The error names it."""
    with pytest.raises(ClientError, match=f"ValidationException.*{name}"):
        create(**parameters)


def test_a_queue_of_another_region_is_refused(fakeaws, create, client):
    """Source and function live in one region."""
    url = boto3.client("sqs", "eu-west-1").create_queue(QueueName="far")["QueueUrl"]

    with pytest.raises(client.exceptions.InvalidParameterValueException, match="same Region"):
        create(EventSourceArn=fakeaws.queue("arn:aws:sqs:eu-west-1:123456789012:far").arn)
    assert url.startswith("https://sqs.eu-west-1.")


@pytest.fixture
def their_queue(fakeaws):
    """Makes a queue of another account with a policy, and returns its ARN."""

    def their_queue(*actions, effect="Allow"):
        sqs = boto3.client("sqs", **fakeaws.credentials("222222222222"))
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": effect,
                    "Principal": {"AWS": "123456789012"},
                    "Action": [f"sqs:{action}" for action in actions],
                    "Resource": "*",
                }
            ],
        }
        attributes = {"Policy": json.dumps(policy)} if actions else {}
        sqs.create_queue(QueueName="theirs", Attributes=attributes)
        return "arn:aws:sqs:us-east-1:222222222222:theirs"

    return their_queue


@pytest.mark.parametrize(
    ("allowed", "missing"),
    [
        ((), "ReceiveMessage"),
        (("ReceiveMessage",), "DeleteMessage"),
        (("ReceiveMessage", "DeleteMessage"), "GetQueueAttributes"),
    ],
)
def test_a_queue_of_another_account_must_let_lambda_poll(
    their_queue, create, client, allowed, missing
):
    """The text is the one of those who forgot it."""
    arn = their_queue(*allowed)

    with pytest.raises(client.exceptions.InvalidParameterValueException) as caught:
        create(EventSourceArn=arn)

    assert caught.value.response["Error"]["Message"] == (
        f"The provided execution role does not have permissions to call {missing} on SQS"
    )


def test_a_queue_of_another_account_feeds_a_function_if_it_may(fakeaws, their_queue, create):
    """Its messages are handled and deleted."""
    arn = their_queue("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    create(EventSourceArn=arn)
    queue = fakeaws.queue(arn)

    queue.send("lamp")
    fakeaws.clock.run_until_idle()

    assert (queue.messages.bodies, queue.in_flight.bodies) == ([], [])


def test_a_queue_that_denies_it_is_not_polled(fakeaws, create, client):
    """Its own account may do what nothing denies."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queue = fakeaws.create_queue("closed", attributes={"Policy": policy})

    with pytest.raises(client.exceptions.InvalidParameterValueException, match="ReceiveMessage"):
        create(EventSourceArn=queue.arn)


def test_a_mapping_of_another_region_is_not_found(create, client):
    """An id means something in its own region only."""
    mapping = create()
    elsewhere = boto3.client("lambda", "eu-west-1")

    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
        elsewhere.get_event_source_mapping(UUID=mapping["UUID"])


@pytest.mark.parametrize("source", ["", "orders", "https://example.com/orders"])
def test_a_source_that_is_no_arn_is_refused(create, client, source):
    """Only ARNs name event sources."""
    with pytest.raises(
        client.exceptions.InvalidParameterValueException, match="Unrecognized event source"
    ):
        create(EventSourceArn=source)


class TestListing:
    """ListEventSourceMappings."""

    @pytest.fixture
    def made(self, fakeaws, function):
        """Mappings of three queues to one function, and of the first queue to another one."""
        other = fakeaws.create_function("other", lambda *_: None)
        queues = [fakeaws.create_queue(f"queue-{number}") for number in range(3)]
        return [
            *(queue.trigger(function).uuid for queue in queues),
            queues[0].trigger(other).uuid,
        ]

    @pytest.mark.parametrize(
        ("criteria", "expected"),
        [
            ({}, [0, 1, 2, 3]),
            ({"FunctionName": "invoice"}, [0, 1, 2]),
            ({"EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:queue-0"}, [0, 3]),
            (
                {
                    "FunctionName": "other",
                    "EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:queue-0",
                },
                [3],
            ),
            ({"EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:nothing"}, []),
        ],
        ids=str,
    )
    def test_goes_by_function_and_by_source(self, made, client, criteria, expected):
        """Both narrow it down; neither shows all, oldest first."""
        listed = client.list_event_source_mappings(**criteria)["EventSourceMappings"]

        assert [mapping["UUID"] for mapping in listed] == [made[number] for number in expected]

    def test_comes_in_pages(self, made, client):
        """The marker of each page leads to the next one."""
        paginator = client.get_paginator("list_event_source_mappings")

        pages = list(paginator.paginate(PaginationConfig={"PageSize": 3}))

        listed = [[item["UUID"] for item in page["EventSourceMappings"]] for page in pages]
        assert listed == [made[:3], made[3:]]


@pytest.mark.parametrize("operation", ["get", "delete"])
def test_a_mapping_that_does_not_exist_is_not_found(client, operation):
    """Whatever one wants with it."""
    with pytest.raises(
        client.exceptions.ResourceNotFoundException,
        match="The resource you requested does not exist",
    ):
        getattr(client, f"{operation}_event_source_mapping")(
            UUID="00000000-0000-0000-0000-000000000000"
        )


class TestDeletion:
    """What becomes of messages when something on their way is deleted."""

    @pytest.fixture
    def slow(self, fakeaws, queue):
        """A function that takes two seconds for each message, with one it has begun and one that waits."""
        function = fakeaws.create_function("slow", lambda *_: time.sleep(2))
        self.mapping = queue.trigger(function, batch_size=1, maximum_concurrency=2)
        for order in "abc":
            queue.send(order)
        fakeaws.clock.advance(1)
        return function

    @pytest.fixture(
        params=["mapping", "mapping through boto3", "function"],
    )
    def cut(self, request, slow, client):
        """Deletes what feeds the function, or the function."""
        if request.param == "mapping":
            return self.mapping.delete
        if request.param == "function":
            return lambda: client.delete_function(FunctionName="slow")
        return lambda: client.delete_event_source_mapping(UUID=self.mapping.uuid)

    def test_what_has_begun_is_seen_to_its_end(self, fakeaws, queue, slow, cut):
        """The batches in progress succeed, and their messages are deleted."""
        cut()
        fakeaws.clock.advance(1)

        assert [run.succeeded for run in slow.invocations] == [True, True]
        assert queue.in_flight.bodies == []

    def test_nothing_more_is_begun(self, fakeaws, queue, slow, cut):
        """What waits goes on waiting."""
        cut()
        fakeaws.clock.run_until_idle()

        assert len(slow.invocations) == 2
        assert queue.messages.bodies == ["c"]

    def test_a_failed_batch_stays_in_the_queue(self, fakeaws, queue):
        """Nobody takes it up again."""
        function = fakeaws.create_function("slow", lambda *_: time.sleep(600))
        mapping = queue.trigger(function)
        queue.send("order")
        fakeaws.clock.advance(1)
        mapping.delete()
        fakeaws.clock.advance("2 min")

        assert [run.attempt for run in function.invocations] == [1]
        assert queue.messages.bodies == ["order"]

    def test_a_deleted_queue_ends_its_deliveries(self, fakeaws, queue, slow, sqs):
        """Handlers that have begun end in peace; their messages are gone already."""
        sqs.delete_queue(QueueUrl=queue.url)
        fakeaws.clock.run_until_idle()

        assert [run.succeeded for run in slow.invocations] == [True, True]

    def test_a_deleted_mapping_is_not_found(self, queue, function, client):
        """Neither alone nor in a list."""
        queue.trigger(function).delete()

        assert client.list_event_source_mappings()["EventSourceMappings"] == []

    def test_is_answered_with_the_mapping_as_it_was(self, create, client):
        """In the state of one that is being deleted."""
        created = create()

        deleted = client.delete_event_source_mapping(UUID=created["UUID"])

        assert (deleted["UUID"], deleted["State"]) == (created["UUID"], "Deleting")

    def test_makes_room_for_a_new_mapping(self, fakeaws, queue, function):
        """Which delivers as the first one did."""
        queue.trigger(function).delete()
        queue.trigger(function)
        queue.send("order")
        fakeaws.clock.advance(0)

        assert len(function.invocations) == 1


def test_a_call_with_a_wrong_function_creates_nothing(create, client):
    """A refused mapping leaves nothing behind."""
    with pytest.raises(ClientError):
        create(FunctionName="nothing")

    assert client.list_event_source_mappings()["EventSourceMappings"] == []


OTHERS = {
    "kinesis": {
        "EventSourceArn": "arn:aws:kinesis:us-east-1:123456789012:stream/clicks",
        "StartingPosition": "LATEST",
    },
    "dynamodb": {
        "EventSourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2030",
        "StartingPosition": "TRIM_HORIZON",
        "ParallelizationFactor": 2,
    },
    "msk": {
        "EventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/c/7",
        "Topics": ["clicks"],
        "ProvisionedPollerConfig": {"MinimumPollers": 1},
    },
    "kafka": {
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["k.example:9092"]}},
        "Topics": ["clicks"],
    },
    "mq": {
        "EventSourceArn": "arn:aws:mq:us-east-1:123456789012:broker:b:b-7",
        "Queues": ["clicks"],
    },
    "documentdb": {
        "EventSourceArn": "arn:aws:rds:us-east-1:123456789012:cluster:c",
        "DocumentDBEventSourceConfig": {"DatabaseName": "d"},
    },
}


@pytest.mark.parametrize("source", OTHERS.values(), ids=OTHERS)
class TestOtherSources:
    """Mappings of sources that are not simulated: kept, and honest about it."""

    @pytest.fixture
    def make(self, client, function, source):
        """Creates the mapping."""
        return lambda **parameters: client.create_event_source_mapping(
            FunctionName=function.name, **source, **parameters
        )

    def test_are_shown_as_they_were_made(self, make, client, source):
        """With what holds unless it is said, a batch of a hundred among it."""
        mapping = client.get_event_source_mapping(UUID=make(Enabled=False)["UUID"])

        assert {name: mapping[name] for name in source} == source
        assert (mapping["BatchSize"], mapping["State"]) == (100, "Disabled")

    def test_are_refused_by_name_when_they_would_poll(self, make, fakeaws):
        """Where time is first driven; the test learns it, and the function never hears of it."""
        uuid = make()["UUID"]

        with pytest.raises(NotSimulated, match=f"Polling an?.* {uuid}.* is not simulated"):
            fakeaws.clock.advance(1)
        assert fakeaws.function("invoice").invocations == ()

    def test_are_silent_while_they_are_disabled(self, make, client, fakeaws):
        """From the beginning, or before time is driven."""
        uuid = make(Enabled=False)["UUID"]
        fakeaws.clock.advance(1)
        client.update_event_source_mapping(UUID=uuid, Enabled=True)
        client.update_event_source_mapping(UUID=uuid, Enabled=False)
        fakeaws.clock.run_until_idle()

        assert fakeaws.function("invoice").invocations == ()

    def test_can_be_updated_and_deleted(self, make, client, fakeaws):
        """Like those of queues."""
        uuid = make()["UUID"]

        updated = client.update_event_source_mapping(UUID=uuid, BatchSize=7)
        deleted = client.delete_event_source_mapping(UUID=uuid)
        fakeaws.clock.advance(1)

        assert (updated["BatchSize"], deleted["State"]) == (7, "Deleting")
        assert client.list_event_source_mappings()["EventSourceMappings"] == []


def test_a_stream_needs_a_starting_position(create, client):
    """It says where reading begins."""
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="StartingPosition"):
        create(EventSourceArn="arn:aws:kinesis:us-east-1:123456789012:stream/clicks")
