"""The delivery policies of topics and subscriptions."""

from __future__ import annotations

import json

import pytest

from pytest_fakeaws.services.sns.delivery_policy import SubscriptionPolicy, TopicPolicy
from pytest_fakeaws.services.sns.errors import InvalidPolicy
from pytest_fakeaws.sim.instants import SECOND

NOTHING = TopicPolicy()


def of_topic(**http):
    """A topic's policy with these members."""
    return TopicPolicy(json.dumps({"http": http}))


def of_subscription(**policy):
    """A subscription's policy with these members."""
    return SubscriptionPolicy(json.dumps(policy))


def waited(policy, topic=NOTHING):
    """The seconds that each retry waits."""
    schedule = policy.delivery(topic).schedule
    return [schedule.wait(retry) / SECOND for retry in range(1, schedule.retries + 1)]


@pytest.fixture
def recording(recorded):
    """What AWS showed of a topic's delivery policy."""
    return recorded("sns", "sns/test_sns.py::TestSNSTopicCrud::test_topic_delivery_policy_crud")


@pytest.mark.parametrize(
    ("given", "step"),
    [
        (
            {"http": {"defaultRequestPolicy": {"headerContentType": "application/json"}}},
            "get-topic-attrs",
        ),
        (
            {
                "http": {
                    "defaultHealthyRetryPolicy": {
                        "minDelayTarget": 5,
                        "maxDelayTarget": 6,
                        "numRetries": 1,
                    }
                }
            },
            "get-topic-attrs-after-update",
        ),
        ({"http": {"defaultHealthyRetryPolicy": None}}, "get-topic-attrs-after-none"),
    ],
)
def test_a_topics_policy_is_shown_as_recorded(recording, given, step):
    """With its defaults, and without; the members in AWS's order."""
    shown = recording[step]["Attributes"]
    policy = TopicPolicy(json.dumps(given))
    assert json.dumps(json.loads(policy.text)) == json.dumps(shown["DeliveryPolicy"])
    assert json.dumps(json.loads(policy.effective)) == json.dumps(shown["EffectiveDeliveryPolicy"])


def test_no_policy_is_shown_as_recorded(recording):
    """A topic always has an effective one."""
    shown = recording["get-topic-attrs-after-delete"]["Attributes"]
    assert NOTHING.text == ""
    assert json.loads(NOTHING.effective) == shown["EffectiveDeliveryPolicy"]


def test_three_retries_come_after_twenty_seconds_each_unless_said():
    """AWS's default."""
    assert waited(SubscriptionPolicy()) == [20, 20, 20]


def test_a_policy_has_four_phases():
    """Without delay, with the shortest, with growing delays, with the longest."""
    retry = {
        "numRetries": 8,
        "numNoDelayRetries": 2,
        "numMinDelayRetries": 1,
        "numMaxDelayRetries": 2,
        "minDelayTarget": 10,
        "maxDelayTarget": 40,
        "backoffFunction": "linear",
    }
    assert waited(of_subscription(healthyRetryPolicy=retry)) == [0, 0, 10, 10, 25, 40, 40, 40]


def test_a_subscription_overrides_its_topic_part_by_part():
    """What it does not mention is the topic's."""
    topic = of_topic(
        defaultHealthyRetryPolicy={"numRetries": 5},
        defaultThrottlePolicy={"maxReceivesPerSecond": 2},
        defaultRequestPolicy={"headerContentType": "text/html"},
    )
    policy = of_subscription(requestPolicy={"headerContentType": "application/json"})
    delivery = policy.delivery(topic)
    assert delivery.schedule.retries == 5
    assert delivery.per_second == 2
    assert delivery.content_type == "application/json"


def test_a_topic_can_refuse_overrides():
    """With `disableSubscriptionOverrides`."""
    topic = of_topic(defaultHealthyRetryPolicy={"numRetries": 5}, disableSubscriptionOverrides=True)
    assert waited(of_subscription(healthyRetryPolicy={"numRetries": 1}), topic) == [20] * 5


def test_a_subscriptions_policy_is_shown_with_nulls():
    """For what was not said."""
    policy = of_subscription(healthyRetryPolicy={"numRetries": 5})
    assert json.loads(policy.text) == {
        "healthyRetryPolicy": {
            "minDelayTarget": None,
            "maxDelayTarget": None,
            "numRetries": 5,
            "numMaxDelayRetries": None,
            "numNoDelayRetries": None,
            "numMinDelayRetries": None,
            "backoffFunction": None,
        },
        "sicklyRetryPolicy": None,
        "throttlePolicy": None,
        "requestPolicy": None,
        "guaranteed": False,
    }
    assert SubscriptionPolicy(policy.text).text == policy.text


def test_a_subscriptions_effective_policy_has_everything():
    """Its own, its topic's, and AWS's defaults."""
    policy = of_subscription(healthyRetryPolicy={"numRetries": 5})
    effective = json.loads(
        policy.effective(of_topic(defaultThrottlePolicy={"maxReceivesPerSecond": 7}))
    )
    assert effective["healthyRetryPolicy"]["numRetries"] == 5
    assert effective["healthyRetryPolicy"]["backoffFunction"] == "linear"
    assert effective["throttlePolicy"] == {"maxReceivesPerSecond": 7}
    assert effective["requestPolicy"] == {"headerContentType": "text/plain; charset=UTF-8"}


@pytest.mark.parametrize(
    ("retry", "reason"),
    [
        ({"minDelayTarget": 0}, "minDelayTarget must be greater than or equal to 1"),
        ({"maxDelayTarget": 3_601}, "maxDelayTarget must be less than or equal to 3600"),
        ({"numRetries": 101}, "numRetries must be less than or equal to 100"),
        ({"numRetries": "3"}, "numRetries must be an integer"),
        ({"numRetries": True}, "numRetries must be an integer"),
        ({"minDelayTarget": 30}, "maxDelayTarget must be greater than or equal to minDelayTarget"),
        (
            {"numNoDelayRetries": 2, "numMinDelayRetries": 2},
            (
                "numRetries must be greater than or equal to the sum of numNoDelayRetries, "
                "numMinDelayRetries, numMaxDelayRetries"
            ),
        ),
        (
            {"backoffFunction": "cubic"},
            "backoffFunction must be one of [linear, arithmetic, geometric, exponential]",
        ),
    ],
)
def test_a_retry_policy_out_of_bounds_is_refused(retry, reason):
    """Naming the member, where the policy of a topic has it and where that of a subscription has it."""
    with pytest.raises(InvalidPolicy) as refused:
        of_subscription(healthyRetryPolicy=retry)
    assert str(refused.value) == f"healthyRetryPolicy.{reason}"
    with pytest.raises(InvalidPolicy) as refused:
        of_topic(defaultHealthyRetryPolicy=retry)
    assert str(refused.value) == f"http.defaultHealthyRetryPolicy.{reason}"


def test_retries_may_take_an_hour_and_no_longer():
    """In all."""
    hour = {"numRetries": 36, "minDelayTarget": 100, "maxDelayTarget": 100}
    assert len(waited(of_subscription(healthyRetryPolicy=hour))) == 36
    with pytest.raises(InvalidPolicy, match="total retry time must not exceed 3600 seconds"):
        of_subscription(healthyRetryPolicy={**hour, "numRetries": 37})


@pytest.mark.parametrize(
    "policy",
    [
        "no JSON",
        "[]",
        '{"healthyRetryPolicy": 3}',
        '{"retries": {}}',
        '{"healthyRetryPolicy": {"retries": 3}}',
        '{"throttlePolicy": {"maxReceivesPerSecond": 0}}',
        '{"requestPolicy": {"headerContentType": "image/png"}}',
        '{"requestPolicy": {"headerContentType": 1}}',
    ],
)
def test_what_is_no_delivery_policy_is_refused(policy):
    """Whatever is wrong with it."""
    with pytest.raises(InvalidPolicy):
        SubscriptionPolicy(policy)
