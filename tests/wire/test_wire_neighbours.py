"""Others who answer calls keep what is theirs: Stubber, a user's own handlers, moto."""

from types import SimpleNamespace

import boto3
import botocore.handlers
import pytest
from botocore.hooks import EventAliaser, HierarchicalEmitter
from botocore.stub import Stubber
from moto import mock_aws

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import UnansweredCall

SPY = ("before-send", lambda **_: None)


def buckets():
    """The buckets that a client made just now sees."""
    return [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]


def queues():
    """The names of the queues that a client made just now sees."""
    urls = boto3.client("sqs").list_queues().get("QueueUrls", [])
    return [url.rpartition("/")[2] for url in urls]


def test_a_stubber_wins_on_its_client(fakeaws, sqs):
    """A stubbed answer is given although the fake knows better."""
    fakeaws.create_queue("orders")
    with Stubber(sqs) as stubber:
        stubber.add_response("list_queues", {"QueueUrls": ["https://stubbed"]})

        assert sqs.list_queues()["QueueUrls"] == ["https://stubbed"]
    assert queues() == ["orders"]


def test_a_stubber_answers_for_services_that_are_not_ours(fakeaws):
    """The guard sees only what nobody has answered."""
    client = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_response("list_buckets", {"Buckets": [{"Name": "stubbed"}]})

        assert client.list_buckets()["Buckets"] == [{"Name": "stubbed"}]


def test_a_handler_of_before_call_wins(fakeaws, sqs):
    """A user's own hook on the client is asked first."""
    sqs.meta.events.register(
        "before-call.sqs.ListQueues",
        lambda **_: (SimpleNamespace(status_code=200), {"QueueUrls": ["https://hooked"]}),
    )

    assert sqs.list_queues()["QueueUrls"] == ["https://hooked"]


def test_handlers_that_only_look_on_see_every_call(fakeaws, sqs):
    """Hooks for parameters and for answers work as they do with AWS."""
    seen = []
    for event in ("provide-client-params", "before-parameter-build", "before-call", "after-call"):
        sqs.meta.events.register(f"{event}.sqs", lambda event_name, **_: seen.append(event_name))
    sqs.list_queues()

    assert [name.partition(".")[0] for name in seen] == [
        "provide-client-params",
        "before-parameter-build",
        "before-call",
        "after-call",
    ]


def test_a_handler_that_comes_late_hears_the_next_call(fakeaws, sqs):
    """What was known of the handlers of a call is known no more once there is another."""
    seen = []
    sqs.create_queue(QueueName="orders")
    sqs.meta.events.register("before-call", lambda event_name, **_: seen.append(event_name))
    sqs.create_queue(QueueName="orders")

    assert seen == ["before-call.sqs.CreateQueue"]


def test_a_handler_finds_the_trace_header_of_a_handlers_calls(fakeaws):
    """Whoever looks on sees the request as botocore has it."""
    seen = []

    def handler(event, context):
        client = boto3.client("sqs")
        client.meta.events.register_last(
            "before-call", lambda params, **_: seen.append(params["headers"]["X-Amzn-Trace-Id"])
        )
        client.list_queues()

    fakeaws.create_function("f", handler).invoke({})

    assert [header[:5] for header in seen] == ["Root="]


@pytest.mark.parametrize("kind", [EventAliaser, HierarchicalEmitter])
@pytest.mark.parametrize("method", ["emit", "emit_until_response"])
def test_who_has_replaced_a_method_of_the_emitter_is_called(monkeypatch, kind, method):
    """Tools that watch botocore in this way go on watching while a fake is active."""
    seen = []
    original = getattr(kind, method)

    def watching(self, event_name, **arguments):
        seen.append(event_name.partition(".")[0])
        return original(self, event_name, **arguments)

    monkeypatch.setattr(kind, method, watching)
    with FakeAWS():
        boto3.client("sqs").list_queues()

    assert {"emit": "after-call", "emit_until_response": "before-call"}[method] in seen


def test_a_handler_that_changes_parameters_is_heeded(fakeaws, sqs):
    """What reaches the fake is what the user's own hook made of the parameters."""

    def prefixed(params, **_):
        return {**params, "QueueName": f"staging-{params['QueueName']}"}

    sqs.meta.events.register("provide-client-params.sqs.CreateQueue", prefixed)
    sqs.create_queue(QueueName="orders")

    assert queues() == ["staging-orders"]


def test_moto_answers_although_a_fake_was_there_before_its_import(monkeypatch):
    """The session kept from fake to fake learns of handlers that new sessions get."""
    with FakeAWS():
        kept = boto3.DEFAULT_SESSION
    monkeypatch.setattr(
        botocore.handlers, "BUILTIN_HANDLERS", [*botocore.handlers.BUILTIN_HANDLERS, SPY]
    )

    with FakeAWS():
        assert boto3.DEFAULT_SESSION is not kept


@pytest.mark.parametrize(
    ("outer", "inner"), [(mock_aws, FakeAWS), (FakeAWS, mock_aws)], ids=["in moto", "around moto"]
)
class TestBesideMoto:
    """moto keeps every service that is not ours, whichever was there first."""

    def test_each_answers_for_its_own_services(self, outer, inner):
        """S3 is moto's, SQS is ours."""
        with outer(), inner():
            boto3.client("s3").create_bucket(Bucket="invoices")
            boto3.client("sqs").create_queue(QueueName="orders")

            assert (buckets(), queues()) == (["invoices"], ["orders"])

    def test_what_neither_answers_is_stopped(self, outer, inner):
        """The guard is there for what moto lets through: endpoints that it does not know."""
        with outer(), inner(), pytest.raises(UnansweredCall, match="s3:ListBuckets"):
            boto3.client("s3", endpoint_url="https://storage.example.com").list_buckets()

    def test_the_outer_one_is_intact_when_the_inner_one_has_ended(self, outer, inner):
        """Its resources are still there, and its calls still answered."""
        look = buckets if outer is mock_aws else queues
        with outer():
            if outer is mock_aws:
                boto3.client("s3").create_bucket(Bucket="kept")
            else:
                boto3.client("sqs").create_queue(QueueName="kept")
            with inner():
                pass

            assert look() == ["kept"]
