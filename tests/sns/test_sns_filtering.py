"""Subscriptions with a filter policy: as clients set it, and what then reaches their queues."""

import json

import pytest

from pytest_fakeaws.errors import UnknownResource

CRUD = "sns/test_sns_filter_policy.py::TestSNSFilterPolicyCrud::"
BODY = "sns/test_sns_filter_policy.py::TestSNSFilterPolicyBody::"
ATTRIBUTES = "sns/test_sns_filter_policy.py::TestSNSFilterPolicyAttributes::"


@pytest.fixture
def subscribe(sns, topic, orders):
    """Subscribes the queue with a policy, through a client."""

    def subscribe(rules, scope=None, queue=orders):
        attributes = {"FilterPolicy": rules if isinstance(rules, str) else json.dumps(rules)}
        if scope is not None:
            attributes["FilterPolicyScope"] = scope
        return sns.subscribe(
            TopicArn=topic.arn, Protocol="sqs", Endpoint=queue.arn, Attributes=attributes
        )["SubscriptionArn"]

    return subscribe


@pytest.fixture
def change(sns):
    """Sets one attribute of a subscription."""

    def change(arn, name, text):
        sns.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=name, AttributeValue=text
        )

    return change


def test_only_what_the_policy_lets_through_arrives(topic, orders):
    """A policy looks at attributes, unless told otherwise."""
    topic.subscribe(
        orders, filter_policy={"kind": ["order"], "usd": [{"numeric": [">", 5]}]}, raw=True
    )
    for kind, usd in (("order", 6), ("order", 5), ("mail", 6)):
        topic.publish(f"{kind} {usd}", attributes={"kind": kind, "usd": usd})
    topic.publish("neither")
    assert orders.messages.bodies == ["order 6"]


def test_lists_are_arrays(topic, orders):
    """Any element will do."""
    topic.subscribe(orders, filter_policy={"tags": ["red"]}, raw=True)
    topic.publish("one", attributes={"tags": ["blue", "red"]})
    assert orders.messages.bodies == ["one"]


def test_a_client_attributes_are_filtered_by_their_types(sns, topic, orders, subscribe):
    """A recorded policy, and a message that AWS let through."""
    subscribe({"attr1": [{"numeric": [">", 0, "<=", 100]}]})
    for value in ("99.12", "100.01"):
        sns.publish(
            TopicArn=topic.arn,
            Message=value,
            MessageAttributes={"attr1": {"DataType": "Number", "StringValue": value}},
        )
    assert [json.loads(body)["Message"] for body in orders.messages.bodies] == ["99.12"]


def test_a_structured_message_is_filtered_by_the_text_that_the_protocol_gets(topic, orders):
    """The body is what arrives."""
    topic.subscribe(
        orders, filter_policy={"for": ["sqs"]}, filter_policy_scope="MessageBody", raw=True
    )
    topic.publish({"default": '{"for": "all"}', "sqs": '{"for": "sqs"}'})
    topic.publish({"default": '{"for": "sqs"}', "sqs": "plain"})
    assert orders.messages.bodies == ['{"for": "sqs"}']


def test_the_journal_says_which_key_kept_a_message_out(fakeaws, topic, orders):
    """With what it is, and what is wanted."""
    topic.subscribe(orders, filter_policy={"usd": [{"numeric": [">", 5]}]})
    topic.publish("one", attributes={"usd": 5})
    assert '"usd" is 5, wanted is a number > 5' in str(fakeaws.journal)


def test_a_policy_that_changes_explains_what_it_decided_before(fakeaws, topic, orders, change):
    """The journal tells of the policy that decided."""
    subscription = topic.subscribe(orders, filter_policy={"usd": [5]})
    topic.publish("one", attributes={"usd": 6})
    change(subscription.arn, "FilterPolicy", '{"usd": [6]}')
    topic.publish("two", attributes={"usd": 6})
    assert '"usd" is 6, wanted is 5' in str(fakeaws.journal)
    assert [json.loads(body)["Message"] for body in orders.messages.bodies] == ["two"]


# Handles


def test_a_subscription_explains_a_notification(topic, orders):
    """With the types that it was published with."""
    subscription = topic.subscribe(orders, filter_policy={"usd": [{"numeric": [">", 5]}]})
    for usd in (5, 6):
        topic.publish("one", attributes={"usd": usd})
    assert [str(subscription.explains(one)) for one in topic.notifications] == [
        'kept out: "usd" is 5, wanted is a number > 5',
        'let through: "usd" is 6, wanted is a number > 5',
    ]


def test_a_subscription_explains_a_message_that_nobody_published(topic, orders):
    """By its text and attributes."""
    subscription = topic.subscribe(
        orders, filter_policy={"kind": ["order"]}, filter_policy_scope="MessageBody"
    )
    assert subscription.explains('{"kind": "order"}').accepted
    assert subscription.explains("order").accepted is False


def test_a_subscription_without_a_policy_says_so(topic, orders):
    """It lets everything through."""
    verdict = topic.subscribe(orders).explains("one")
    assert (verdict.accepted, verdict.reason) == (True, "the subscription has no filter policy")


def test_a_notification_of_before_a_reset_is_not_known(fakeaws, topic, orders):
    """The handle of one outlives it."""
    topic.publish("one")
    (notification,) = topic.notifications
    fakeaws.reset()
    subscription = fakeaws.create_topic("orders-topic").subscribe(
        fakeaws.create_queue("orders"), filter_policy={"a": [1]}
    )
    with pytest.raises(UnknownResource, match="is not known any more"):
        subscription.explains(notification)


# Setting and changing


def test_a_bad_policy_makes_no_subscription(topic, orders, subscribe, error_of):
    """Subscribe's errors name the parameter first."""
    assert error_of(subscribe, {"key": [{"like": "x"}]})["Error"]["Message"] == (
        "Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type like\n"
        ' at [Source: (String)"{"key": [{"like": "x"}]}"; line: 1, column: 20]'
    )
    assert topic.subscriptions == ()


def test_a_bad_policy_changes_nothing(topic, orders, change, error_of):
    """The policy of before holds, and the error is shorter."""
    subscription = topic.subscribe(orders, filter_policy={"a": ["x"]})
    error = error_of(change, subscription.arn, "FilterPolicy", '{"a": "y"}')["Error"]
    assert error["Message"].startswith('Invalid parameter: FilterPolicy: "a" must be an object')
    assert subscription.attributes["FilterPolicy"] == '{"a": ["x"]}'


def test_an_empty_policy_lets_everything_through_again(topic, orders, change):
    """That is how it is taken away."""
    subscription = topic.subscribe(orders, filter_policy={"a": ["x"]}, raw=True)
    change(subscription.arn, "FilterPolicy", "{}")
    topic.publish("one")
    assert orders.messages.bodies == ["one"]
    assert "FilterPolicy" not in subscription.attributes


def test_the_recorded_errors_of_changes(recorded, topic, orders, change, error_of):
    """Each is what AWS said."""
    arn = topic.subscribe(orders).arn

    def text(name, value):
        return error_of(change, arn, name, value)["Error"]

    def answer(test, step):
        return recorded("sns", f"{CRUD}{test}")[step]["Error"]

    limits = "test_sub_filter_policy_nested_property_constraints"
    assert text("FilterPolicyScope", "RandomValue") == answer(
        "test_set_subscription_filter_policy_scope", "sub-attrs-filter-scope-error"
    )
    assert text("FilterPolicy", '{"object":{"key":[{"prefix":"auto-"}]}}') == answer(
        "test_sub_filter_policy_nested_property", "sub-filter-policy-nested-error"
    )
    assert text("FilterPolicy", '{"key_a":"value_one"}') == answer(
        limits, "sub-filter-policy-rule-no-list"
    )
    six = {f"key_{name}": ["value_one"] for name in "abcdef"}
    assert text("FilterPolicy", json.dumps(six)) == answer(
        limits, "sub-filter-policy-max-attr-keys"
    )
    change(arn, "FilterPolicyScope", "MessageBody")
    many = {
        "key_a": {"key_b": {"key_c": ["1", "2", "3", "4"]}},
        "key_d": {"key_e": ["1", "2", "3"]},
    }
    assert text("FilterPolicy", json.dumps({**many, "key_f": ["1", "2", "3"]})) == answer(
        limits, "sub-filter-policy-nested-error-too-many-combinations"
    )


def test_a_scope_goes_with_the_policy_set_before_or_after_it(topic, orders, change, error_of):
    """A nested policy keeps its subscription from going back to attributes."""
    subscription = topic.subscribe(orders)
    change(subscription.arn, "FilterPolicyScope", "MessageBody")
    change(subscription.arn, "FilterPolicy", '{"object": {"key": [{"prefix": "auto-"}]}}')
    error = error_of(change, subscription.arn, "FilterPolicyScope", "MessageAttributes")["Error"]
    assert error["Message"].endswith("does not support nested filter policy")
    assert subscription.attributes["FilterPolicyScope"] == "MessageBody"


@pytest.mark.slow
def test_a_topic_has_200_policies_at_the_most(topic, fakeaws, subscribe, error_of, change):
    """Subscriptions without one do not count."""
    queues = [fakeaws.create_queue(f"q{number}") for number in range(201)]
    for queue in queues[:200]:
        topic.subscribe(queue, filter_policy={"a": ["x"]})
    error = error_of(subscribe, {"a": ["x"]}, queue=queues[200])["Error"]
    assert error["Code"] == "FilterPolicyLimitExceeded"
    free = topic.subscribe(queues[200])
    error = error_of(change, free.arn, "FilterPolicy", '{"a": ["x"]}')["Error"]
    assert error["Code"] == "FilterPolicyLimitExceeded"
    change(topic.subscriptions[0].arn, "FilterPolicy", '{"a": ["y"]}')  # no further one
    topic.subscriptions[0].unsubscribe()
    change(free.arn, "FilterPolicy", '{"a": ["x"]}')


# Recorded deliveries


def test_existence_as_recorded(recorded, sqs, topic, orders, change):
    """What was in the queue after each message, under each of two policies."""
    answers = recorded("sns", f"{ATTRIBUTES}test_exists_filter_policy")
    subscription = topic.subscribe(orders, filter_policy={"store": [{"exists": True}]})

    def same(step):
        arrived = [json.loads(body) for body in orders.messages.bodies]
        was = [message["Body"] for message in answers[step].get("Messages", [])]
        return list(map(shown, arrived)) == list(map(shown, was))

    def shown(body):
        return body["Message"], body["MessageAttributes"]

    assert same("messages-0")
    topic.publish("message-1", attributes={"store": 99, "def": 99})
    assert same("messages-1")
    topic.publish("message-2", attributes={"def": 99})
    assert same("messages-2")
    policy = answers["subscription-attributes-policy-2"]["Attributes"]["FilterPolicy"]
    change(subscription.arn, "FilterPolicy", json.dumps(policy))
    sqs.purge_queue(QueueUrl=orders.url)
    topic.publish("message-3", attributes={"def": 99})
    assert same("messages-3")
    topic.publish("message-4", attributes={"store": 99, "def": 99})
    assert same("messages-4")


def test_arrays_in_a_body_as_recorded(recorded, fakeaws, topic):
    """Each queue got what names it among others."""
    answers = recorded("sns", f"{BODY}test_filter_policy_on_message_body_array_attributes")
    queues = [fakeaws.create_queue(f"queue-{number}") for number in range(2)]
    for number, queue in enumerate(queues, 1):
        topic.subscribe(
            queue,
            filter_policy={"headers": {"route-to": [f"queue{number}"]}},
            filter_policy_scope="MessageBody",
            raw=True,
        )
    for route in (["queue3"], ["queue1", "queue2"], ["queue1"], ["queue2"]):
        topic.publish(json.dumps({"headers": {"route-to": route}}))
    assert [[json.loads(body) for body in queue.messages.bodies] for queue in queues] == [
        [message["Body"] for message in answers[f"messages-queue-{number}"]["Messages"]]
        for number in range(2)
    ]


# Recorded attributes


def test_attributes_are_shown_as_recorded(recorded, sns, topic, orders):
    """A scope shows only beside a policy."""
    answers = recorded("sns", f"{CRUD}test_set_subscription_filter_policy_scope")
    arn = topic.subscribe(orders).arn

    def check(step, **attributes):
        for name, text in attributes.items():
            sns.set_subscription_attributes(
                SubscriptionArn=arn, AttributeName=name, AttributeValue=text
            )
        answer = sns.get_subscription_attributes(SubscriptionArn=arn)
        assert answers.seen(step, answer) == answers[step]

    check("sub-attrs-default")
    check("sub-attrs-filter-scope-body", FilterPolicyScope="MessageBody")
    check("sub-attrs-after-setting-policy", FilterPolicy='{"attr": ["match-this"]}')
    answers = recorded("sns", f"{CRUD}test_sub_filter_policy_nested_property")
    nested = '{"object": {"key": [{"prefix": "auto-"}]}}'
    check("sub-attrs-after-setting-nested-policy", FilterPolicy=nested)


def test_the_policies_of_recorded_subscriptions_are_shown_as_recorded(recorded, sns, topic, orders):
    """One that looks for a key, and then for its absence."""
    answers = recorded("sns", f"{ATTRIBUTES}test_exists_filter_policy")
    arn = topic.subscribe(orders, filter_policy={"store": [{"exists": True}]}).arn
    for step, exists in (
        ("subscription-attributes-policy-1", "true"),
        ("subscription-attributes-policy-2", "false"),
    ):
        sns.set_subscription_attributes(
            SubscriptionArn=arn,
            AttributeName="FilterPolicy",
            AttributeValue=f'{{"store": [{{"exists": {exists}}}]}}',
        )
        answer = sns.get_subscription_attributes(SubscriptionArn=arn)
        assert answers.seen(step, answer) == answers[step]
