"""Deliveries to HTTP/S endpoints: what they are sent, and what becomes of their answers."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_fakeaws.errors import UnknownOption

URL = "https://shop.example/hook"


def _only_notifications(handler):
    """A handler that is not bothered with requests to confirm."""

    def answer(request):
        kind = request.headers["x-amz-sns-message-type"]
        return handler(request) if kind == "Notification" else 200

    return answer


@pytest.fixture
def hook(fakeaws, topic):
    """Makes an endpoint of a callable, and lets it subscribe and agree."""

    def hook(handler=lambda request: None, **options):
        endpoint = fakeaws.http_endpoint(URL, _only_notifications(handler))
        subscription = topic.subscribe(URL, **options)
        subscription.confirm()
        fakeaws.clock.run_until_idle()
        endpoint.requests.clear()
        return endpoint, subscription

    return hook


@pytest.fixture
def attempts(fakeaws, topic):
    """Publishes, lets everything come of it, and tells when it was tried and what was wrong."""

    def attempts(subscription):
        start = fakeaws.clock.now()
        topic.publish("one")
        fakeaws.clock.run_until_idle()
        return [
            ((attempt.at - start).total_seconds(), attempt.error)
            for attempt in subscription.attempts
        ]

    return attempts


def test_an_endpoint_gets_the_envelope(fakeaws, topic, hook):
    """Posted, with SNS's headers."""
    endpoint, subscription = hook()
    message_id = topic.publish("one", subject="a", attributes={"n": 1})
    assert endpoint.requests == []  # it is sent when time is next driven
    fakeaws.clock.advance(0)
    (request,) = endpoint.requests
    assert (request.method, request.url) == ("POST", URL)
    assert request.json()["Message"] == "one"
    assert request.json()["MessageAttributes"] == {"n": {"Type": "Number", "Value": "1"}}
    assert dict(request.headers) == {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic.arn,
        "x-amz-sns-subscription-arn": subscription.arn,
        "content-length": str(len(request.body.encode())),
        "content-type": "text/plain; charset=UTF-8",
        "host": "shop.example",
        "connection": "Keep-Alive",
        "user-agent": "Amazon Simple Notification Service Agent",
        "accept-encoding": "gzip,deflate",
    }
    assert request.headers["X-Amz-Sns-Message-Type"] == "Notification"


def test_a_raw_message_comes_alone(fakeaws, topic, hook):
    """Without its attributes; a header says that it is raw."""
    endpoint, _ = hook(raw=True)
    topic.publish("one", attributes={"n": 1})
    fakeaws.clock.advance(0)
    (request,) = endpoint.requests
    assert request.body == "one"
    assert request.headers["x-amz-sns-rawdelivery"] == "true"


def test_the_content_type_is_the_delivery_policys(fakeaws, topic, hook):
    """As its `requestPolicy` says."""
    policy = {"requestPolicy": {"headerContentType": "application/json"}}
    endpoint, _ = hook(delivery_policy=policy)
    topic.publish("one")
    fakeaws.clock.advance(0)
    assert endpoint.requests[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "answer",
    [None, 200, 204, SimpleNamespace(status_code=201), SimpleNamespace(status=299)],
    ids=repr,
)
def test_a_status_of_success_is_a_delivery(hook, attempts, answer):
    """As a number, in a response, or because nothing was returned."""
    _, subscription = hook(lambda request: answer)
    assert attempts(subscription) == [(0, None)]
    assert subscription.deliveries[0].delivered


@pytest.mark.parametrize("status", [500, 503, 599, 429])
def test_errors_of_the_server_are_retried(hook, attempts, status):
    """Three times, twenty seconds apart, unless a policy says otherwise; so is a throttle."""
    _, subscription = hook(lambda request: status)
    assert attempts(subscription) == [(when, f"HTTP {status}") for when in (0, 20, 40, 60)]
    assert subscription.deliveries[0].given_up == f"HTTP {status}"


@pytest.mark.parametrize("status", [400, 403, 404, 410, 301, 100])
def test_all_other_statuses_are_final(hook, attempts, status):
    """AWS calls them permanent failures."""
    _, subscription = hook(lambda request: status)
    assert attempts(subscription) == [(0, f"HTTP {status}")]


def test_a_handler_that_raises_answers_500(fakeaws, hook, attempts):
    """Its error is shown, with the place it came from."""
    error = ValueError("no such order")

    def handler(request):
        raise error

    _, subscription = hook(handler)
    (_, told), *_ = attempts(subscription)
    place = f"{Path(__file__).name}:{handler.__code__.co_firstlineno + 1}, in handler)"
    assert told.startswith("HTTP 500: ValueError: no such order  (")
    assert told.endswith(place)
    assert place in fakeaws.timeline()


def test_a_handler_that_recovers_gets_the_message(hook, attempts):
    """At its next attempt, with the same message id."""
    seen = []

    def handler(request):
        seen.append(request.headers["x-amz-sns-message-id"])
        return 200 if len(seen) == 3 else 500

    _, subscription = hook(handler)
    assert attempts(subscription) == [(0, "HTTP 500"), (20, "HTTP 500"), (40, None)]
    assert len(seen) == 3
    assert len(set(seen)) == 1


def test_nobody_at_a_url_is_a_connection_error(fakeaws, hook, attempts):
    """Which is retried."""
    endpoint, subscription = hook()
    endpoint.remove()
    assert [when for when, error in attempts(subscription) if "refused" in error] == [0, 20, 40, 60]


def test_an_endpoint_that_appears_gets_the_message(fakeaws, topic, hook):
    """At the next attempt."""
    endpoint, _ = hook()
    endpoint.remove()
    topic.publish("one")
    fakeaws.clock.advance(25)
    seen = []
    fakeaws.http_endpoint(URL, lambda request: seen.append(fakeaws.clock.now()))
    start = fakeaws.clock.now()
    fakeaws.clock.run_until_idle()
    assert [(at - start).total_seconds() for at in seen] == [15]


def test_an_endpoint_may_take_its_time(fakeaws, topic, hook):
    """It is a process of the simulation."""
    _, subscription = hook(lambda request: time.sleep(14.9))
    topic.publish("one")
    fakeaws.clock.advance(14)
    assert subscription.deliveries == ()
    fakeaws.clock.advance(1)
    assert subscription.deliveries[0].delivered


def test_an_endpoint_that_takes_15_seconds_has_not_answered(hook, attempts):
    """SNS waits no longer, ends it, and tries again after the usual wait."""
    ended = []

    def handler(request):
        try:
            time.sleep(30)
        finally:
            ended.append(request)

    _, subscription = hook(handler)
    told = attempts(subscription)
    assert told == [(when, "no answer within 15 s") for when in (0, 35, 70, 105)]
    assert len(ended) == 4


def test_the_retry_policy_says_when(hook, attempts):
    """In its four phases."""
    retry = {
        "numRetries": 5,
        "numNoDelayRetries": 1,
        "numMinDelayRetries": 1,
        "numMaxDelayRetries": 1,
        "minDelayTarget": 1,
        "maxDelayTarget": 5,
    }
    _, subscription = hook(lambda request: 503, delivery_policy={"healthyRetryPolicy": retry})
    assert [when for when, _ in attempts(subscription)] == [0, 0, 1, 2, 7, 12]


def test_a_topic_can_set_the_retry_policy(fakeaws, attempts):
    """And keep subscriptions from overriding it."""
    policy = (
        '{"http": {"defaultHealthyRetryPolicy": {"numRetries": 1}, '
        '"disableSubscriptionOverrides": true}}'
    )
    topic = fakeaws.create_topic("strict", attributes={"DeliveryPolicy": policy})
    subscription = topic.subscribe(
        "http://nobody.example/", delivery_policy={"healthyRetryPolicy": {"numRetries": 9}}
    )
    fakeaws.clock.run_until_idle()
    subscription.confirm()
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert len(subscription.attempts) == 2


def test_a_throttle_policy_spares_the_endpoint(fakeaws, topic, hook, elapsed):
    """At most so many requests in any second."""
    arrived = []
    hook(
        lambda request: arrived.append(fakeaws.clock.now()),
        delivery_policy={"throttlePolicy": {"maxReceivesPerSecond": 2}},
    )
    fakeaws.clock.advance(5)
    arrived.clear()
    start = fakeaws.clock.now()
    for number in range(5):
        topic.publish(str(number))
    fakeaws.clock.run_until_idle()
    assert [(at - start).total_seconds() for at in arrived] == [0, 0, 1, 1, 2]


def test_what_is_given_up_goes_to_the_dead_letter_queue(fakeaws, topic, hook):
    """As the endpoint would have got it."""
    dead = fakeaws.create_queue("dead")
    endpoint, subscription = hook(lambda request: 500, dead_letter_queue=dead)
    topic.publish("one", attributes={"n": 1})
    fakeaws.clock.run_until_idle()
    (letter,) = subscription.dead_letters
    assert letter.body == endpoint.requests[-1].body
    assert letter.attributes == {}


def test_a_deleted_subscription_is_asked_no_more(fakeaws, topic, hook):
    """Between two retries."""
    endpoint, subscription = hook(lambda request: 500)
    topic.publish("one")
    fakeaws.clock.advance(25)
    assert len(endpoint.requests) == 2
    subscription.unsubscribe()
    fakeaws.clock.run_until_idle()
    kinds = [request.headers["x-amz-sns-message-type"] for request in endpoint.requests]
    assert kinds == ["Notification", "Notification", "UnsubscribeConfirmation"]


def test_a_query_is_part_of_the_url_or_not(fakeaws, topic):
    """An endpoint without one answers for all."""
    endpoint = fakeaws.http_endpoint("https://Shop.example", lambda request: 200)
    subscription = topic.subscribe("https://shop.example/?key=1")
    fakeaws.clock.run_until_idle()
    subscription.confirm()
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert endpoint.requests[-1].url == "https://shop.example/?key=1"


@pytest.mark.parametrize(
    "answer", ["200", True, 42, object()], ids=["text", "bool", "42", "object"]
)
def test_an_answer_that_is_none_stops_the_test(fakeaws, topic, hook, answer):
    """With what to return instead."""
    hook(lambda request: answer)
    topic.publish("one")
    with pytest.raises(UnknownOption, match=r"Return an HTTP status such as 200"):
        fakeaws.clock.advance(0)


def test_pytests_outcomes_leave_the_handler(fakeaws, topic, hook):
    """And end the test, as from a Lambda handler."""

    def handler(request):
        pytest.fail("never called")

    hook(handler)
    topic.publish("one")
    with pytest.raises(pytest.fail.Exception, match="never called"):
        fakeaws.clock.advance(0)


@pytest.mark.parametrize(
    ("url", "handler"),
    [("shop.example", lambda request: 200), ("https://shop.example", 200)],
    ids=["no URL", "no callable"],
)
def test_an_endpoint_needs_a_url_and_a_callable(fakeaws, url, handler):
    """Else it says so at once."""
    with pytest.raises(UnknownOption):
        fakeaws.http_endpoint(url, handler)


def test_endpoints_are_gone_after_a_reset(fakeaws):
    """Like everything else."""
    seen = []
    fakeaws.http_endpoint(URL, seen.append)
    fakeaws.reset()
    topic = fakeaws.create_topic("orders")
    topic.subscribe(URL)
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert seen == []
