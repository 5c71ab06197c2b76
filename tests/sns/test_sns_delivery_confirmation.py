"""How the owners of endpoints are asked to confirm, and told of the end."""

from __future__ import annotations

import urllib.error
import urllib.request

import boto3
import pytest
import requests
import urllib3

from pytest_fakeaws.services.sns.signatures import sign

URL = "https://shop.example/hook"
_HTTP = (
    "sns/test_sns.py::TestSNSSubscriptionHttp::"
    "test_subscribe_external_http_endpoint_lambda_url_sig_validation"
)


@pytest.fixture
def endpoint(fakeaws):
    """An endpoint that takes everything."""
    return fakeaws.http_endpoint(URL, lambda request: 200)


def kinds(endpoint):
    """What an endpoint was sent."""
    return [request.headers["x-amz-sns-message-type"] for request in endpoint.requests]


def test_an_endpoint_is_asked_before_it_is_notified(fakeaws, topic, endpoint):
    """Nothing else is sent until its owner has agreed."""
    subscription = topic.subscribe(URL)
    topic.publish("too early")
    fakeaws.clock.run_until_idle()
    assert kinds(endpoint) == ["SubscriptionConfirmation"]
    assert not subscription.confirmed
    subscription.confirm()
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert endpoint.requests[-1].json()["Message"] == "one"


def test_a_handler_may_confirm_by_the_token(fakeaws, topic):
    """With an ordinary client."""

    def handler(request):
        if request.headers["x-amz-sns-message-type"] == "SubscriptionConfirmation":
            told = request.json()
            boto3.client("sns").confirm_subscription(TopicArn=told["TopicArn"], Token=told["Token"])
        return 200

    endpoint = fakeaws.http_endpoint(URL, handler)
    subscription = topic.subscribe(URL)
    fakeaws.clock.run_until_idle()
    assert subscription.confirmed
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert kinds(endpoint) == ["SubscriptionConfirmation", "Notification"]


@pytest.mark.parametrize(
    "visit",
    [
        lambda url: urllib.request.urlopen(url).read(),
        lambda url: requests.get(url, timeout=1).content,
        lambda url: urllib3.request("GET", url).data,
    ],
    ids=["urllib", "requests", "urllib3"],
)
def test_a_handler_may_visit_the_links(fakeaws, topic, visit):
    """The one to confirm, and the one to unsubscribe, with any of the usual libraries."""

    def handler(request):
        told = request.json()
        pages.append(visit(told.get("SubscribeURL") or told["UnsubscribeURL"]).decode())

    pages = []
    fakeaws.http_endpoint(URL, handler)
    subscription = topic.subscribe(URL)
    fakeaws.clock.run_until_idle()
    assert subscription.confirmed
    assert f"<SubscriptionArn>{subscription.arn}</SubscriptionArn>" in pages[0]
    topic.publish("one")
    fakeaws.clock.advance(0)
    assert "<UnsubscribeResponse" in pages[1]


def test_a_link_that_is_wrong_is_an_error(fakeaws, topic):
    """As AWS answers it."""
    url = f"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={topic.arn}&Token=x"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url)
    assert refused.value.code == 400
    assert b"<Code>InvalidParameter</Code>" in refused.value.read()


def test_a_request_to_confirm_is_retried(fakeaws, topic):
    """As a notification would be; then nobody is asked any more."""
    asked = []
    fakeaws.http_endpoint(URL, lambda request: asked.append(fakeaws.clock.now()) or 503)
    start = fakeaws.clock.now()
    subscription = topic.subscribe(URL)
    fakeaws.clock.run_until_idle()
    assert [(at - start).total_seconds() for at in asked] == [0, 20, 40, 60]
    assert subscription.deliveries == ()
    assert "request to confirm not delivered to" in fakeaws.timeline()
    assert "lost" not in fakeaws.timeline()


def test_subscribing_again_asks_again(fakeaws, topic, endpoint):
    """As AWS does for a subscription that is pending."""
    topic.subscribe(URL)
    topic.subscribe(URL)
    fakeaws.clock.run_until_idle()
    first, second = (request.json()["Token"] for request in endpoint.requests)
    assert first != second


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_is_asked_is_signed(fakeaws, endpoint, version):
    """As the topic signs."""
    topic = fakeaws.create_topic("signed", attributes={"SignatureVersion": version})
    topic.subscribe(URL)
    fakeaws.clock.run_until_idle()
    told = endpoint.requests[0].json()
    signature = told.pop("Signature")
    assert told["SignatureVersion"] == version
    assert signature == sign(told, version)


def test_an_endpoint_that_is_unsubscribed_is_told_and_can_come_back(fakeaws, topic, endpoint):
    """By the token in what it is told."""
    subscription = topic.subscribe(URL)
    subscription.confirm()
    subscription.unsubscribe()
    fakeaws.clock.run_until_idle()
    assert kinds(endpoint) == ["SubscriptionConfirmation", "UnsubscribeConfirmation"]
    token = endpoint.requests[-1].json()["Token"]
    boto3.client("sns").confirm_subscription(TopicArn=topic.arn, Token=token)
    assert [one.arn for one in topic.subscriptions] == [subscription.arn]
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert kinds(endpoint)[-1] == "Notification"


def test_a_pending_subscription_ends_without_a_word(fakeaws, topic, endpoint, sns, error_of):
    """And its token brings nothing back."""
    subscription = topic.subscribe(URL)
    fakeaws.clock.run_until_idle()
    subscription.unsubscribe()
    fakeaws.clock.run_until_idle()
    assert kinds(endpoint) == ["SubscriptionConfirmation"]
    token = endpoint.requests[0].json()["Token"]
    error = error_of(sns.confirm_subscription, TopicArn=topic.arn, Token=token)
    assert error["Error"]["Code"] == "InvalidParameter"


def test_an_endpoint_that_has_subscribed_anew_does_not_come_back(
    fakeaws, topic, endpoint, sns, error_of
):
    """There is one subscription of an endpoint."""
    subscription = topic.subscribe(URL)
    subscription.confirm()
    subscription.unsubscribe()
    fakeaws.clock.run_until_idle()
    topic.subscribe(URL)
    token = endpoint.requests[-1].json()["Token"]
    error = error_of(sns.confirm_subscription, TopicArn=topic.arn, Token=token)
    assert error["Error"]["Code"] == "InvalidParameter"


def test_the_handshake_is_as_recorded(fakeaws, recorded, topic, endpoint, sns):
    """The request to confirm, a notification, and the message at the end."""
    recording = recorded("sns", _HTTP)
    subscription = topic.subscribe(URL)
    fakeaws.clock.run_until_idle()
    token = endpoint.requests[0].json()["Token"]
    sns.confirm_subscription(TopicArn=topic.arn, Token=token)
    topic.publish("test_external_http_endpoint")
    fakeaws.clock.run_until_idle()
    sns.unsubscribe(SubscriptionArn=subscription.arn)
    fakeaws.clock.run_until_idle()
    steps = ("subscription-confirmation", "publish-event", "unsubscribe-event")
    for step, request in zip(steps, endpoint.requests, strict=True):
        (expected,) = recording[step]["events"]
        headers = {name: request.headers.get(name) for name in expected["headers"]}
        told = {"events": [{"body": request.json(), "headers": headers}]}
        assert recording.seen(step, told) == recording[step]
