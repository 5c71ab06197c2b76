"""The archive of a FIFO topic, and replays of it, on the clock."""

import json
from collections import Counter

import pytest

DAY = "2030-01-01T00:0{}:00.000Z"


@pytest.fixture
def archived(fakeaws):
    """A FIFO topic with an archive of one day."""
    return fakeaws.create_topic(
        "orders.fifo",
        content_based_deduplication=True,
        attributes={"ArchivePolicy": '{"MessageRetentionPeriod": "1"}'},
    )


@pytest.fixture
def publish(fakeaws, archived):
    """Publishes one message a minute, in one group."""

    def publish(*texts, **attributes):
        for text in texts:
            archived.publish(text, group="g", attributes=attributes)
            fakeaws.clock.advance("1 min")

    return publish


@pytest.fixture
def subscribe(sns, archived):
    """Lets a queue subscribe with a replay policy, and returns the subscription's ARN."""

    def subscribe(queue, start, end=None, **attributes):
        return sns.subscribe(
            TopicArn=archived.arn,
            Protocol="sqs",
            Endpoint=queue.arn,
            Attributes={"ReplayPolicy": policy(start, end), **attributes},
        )["SubscriptionArn"]

    return subscribe


def policy(start, end=None):
    points = {"PointType": "Timestamp", "StartingPoint": start}
    return json.dumps({**points, **({"EndingPoint": end} if end else {})})


@pytest.fixture
def late(fakeaws):
    """A queue that nobody has told anything yet."""
    return fakeaws.create_queue("late.fifo")


@pytest.fixture
def status(sns):
    """How far a subscription's replay is."""

    def status(arn):
        return sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["ReplayStatus"]

    return status


@pytest.fixture
def change(sns):
    """Gives a subscription a replay policy."""

    def change(arn, given):
        sns.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName="ReplayPolicy", AttributeValue=given
        )

    return change


@pytest.fixture
def shown(sns, archived):
    """The topic's attributes."""
    return lambda: sns.get_topic_attributes(TopicArn=archived.arn)["Attributes"]


def said(queue):
    return [json.loads(body)["Message"] for body in queue.messages.bodies]


def test_a_new_subscription_gets_what_was_published_before(fakeaws, publish, subscribe, late):
    """From an instant on, inclusive, when time is next driven."""
    publish("one", "two", "three")
    subscribe(late, DAY.format(1))
    assert said(late) == []
    fakeaws.clock.advance(0)
    assert said(late) == ["two", "three"]


def test_a_replayed_message_is_the_same_but_for_a_mark(fakeaws, publish, subscribe, archived, late):
    """Its id and its time are those of the first time."""
    publish("one", usd=5)
    subscribe(late, DAY.format(0))
    fakeaws.clock.advance(0)
    (body,) = map(json.loads, late.messages.bodies)
    (published,) = archived.notifications
    assert (body["MessageId"], body["Timestamp"]) == (published.id, DAY.format(0))
    assert body["MessageAttributes"] == {
        "usd": {"Type": "Number", "Value": "5"},
        "Replayed": {"Type": "String", "Value": "true"},
    }


def test_raw_delivery_has_the_mark_among_its_attributes(fakeaws, publish, subscribe, late):
    """As the publisher's own."""
    publish("one")
    subscribe(late, DAY.format(0), RawMessageDelivery="true")
    fakeaws.clock.advance(0)
    assert [message.attributes for message in late.messages] == [{"Replayed": "true"}]


def test_what_is_published_meanwhile_waits_for_its_turn(
    fakeaws, publish, subscribe, archived, late
):
    """And is no replay."""
    publish("one")
    subscribe(late, DAY.format(0))
    archived.publish("two", group="g")
    assert said(late) == []
    fakeaws.clock.advance(0)
    archived.publish("three", group="g")
    assert said(late) == ["one", "two", "three"]
    marks = [
        "Replayed" in json.loads(body).get("MessageAttributes", {}) for body in late.messages.bodies
    ]
    assert marks == [True, False, False]


def test_an_ending_point_is_the_end(fakeaws, publish, subscribe, archived, late):
    """Inclusive; what is published later does not reach the subscription any more."""
    publish("one", "two", "three")
    subscribe(late, DAY.format(0), DAY.format(1))
    fakeaws.clock.advance(0)
    archived.publish("four", group="g")
    fakeaws.clock.advance("1 min")
    assert said(late) == ["one", "two"]


def test_an_ending_point_to_come_is_waited_for(fakeaws, publish, subscribe, late):
    """Until then what is published is delivered as ever."""
    publish("one")
    subscribe(late, DAY.format(0), DAY.format(2))
    publish("two", "three", "four")
    assert said(late) == ["one", "two", "three"]


def test_the_filter_policy_holds_for_replays(fakeaws, publish, subscribe, late):
    """Of everything that is replayed, the mark included."""
    publish("one", usd=5)
    publish("two", usd=6)
    rules = {"usd": [{"numeric": [">", 5]}], "Replayed": ["true"]}
    subscribe(late, DAY.format(0), FilterPolicy=json.dumps(rules))
    fakeaws.clock.advance(0)
    publish("three", usd=7)
    assert said(late) == ["two"]


def test_a_replay_goes_through_its_states(fakeaws, archived, subscribe, status):
    """500 messages a second: pending, in progress, completed."""
    plain = fakeaws.create_queue("plain")
    for number in range(600):
        archived.publish(str(number), group="g")
    arn = subscribe(plain, DAY.format(0), RawMessageDelivery="true")
    states = [(status(arn), len(plain.messages))]
    for wait in (0, 1):
        fakeaws.clock.advance(wait)
        states.append((status(arn), len(plain.messages)))
    assert states == [("Pending", 0), ("In progress", 500), ("Completed", 600)]
    assert plain.messages.bodies == list(map(str, range(600)))


def test_an_empty_policy_ends_a_replay(fakeaws, archived, subscribe, change):
    """From then on the subscription hears what is published."""
    plain = fakeaws.create_queue("plain")
    archived.publish("one", group="g")
    change(subscribe(plain, DAY.format(0)), "{}")
    fakeaws.clock.advance(0)
    archived.publish("two", group="g")
    assert said(plain) == ["two"]


def test_a_new_replay_takes_the_place_of_the_old(fakeaws, publish, subscribe, change):
    """It begins where it says."""
    plain = fakeaws.create_queue("plain")
    publish("one", "two")
    arn = subscribe(plain, DAY.format(0))
    fakeaws.clock.advance(0)
    change(arn, policy(DAY.format(1)))
    fakeaws.clock.advance(0)
    assert said(plain) == ["one", "two", "two"]


def test_another_attribute_begins_no_replay(sns, fakeaws, publish, subscribe):
    """Only the policy's own change does."""
    plain = fakeaws.create_queue("plain")
    publish("one")
    arn = subscribe(plain, DAY.format(0))
    fakeaws.clock.advance(0)
    sns.set_subscription_attributes(
        SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="true"
    )
    fakeaws.clock.advance(0)
    assert len(plain.messages) == 1


def test_a_subscription_that_is_deleted_gets_no_more(sns, fakeaws, publish, subscribe, late):
    """Nor is there work left."""
    publish("one")
    sns.unsubscribe(SubscriptionArn=subscribe(late, DAY.format(0)))
    fakeaws.clock.run_until_idle()
    assert said(late) == []


def test_a_queue_deduplicates_what_comes_again_within_five_minutes(
    fakeaws, archived, publish, late, change
):
    """A replay has the ids of the first time."""
    subscription = archived.subscribe(late)
    publish("one")
    change(subscription.arn, policy(DAY.format(0)))
    fakeaws.clock.advance(0)
    assert said(late) == ["one"]


# The archive


def test_an_archive_keeps_what_is_not_too_old(fakeaws, archived, subscribe, late):
    """One day, to the instant."""
    archived.publish("one", group="g")
    fakeaws.clock.advance("1 s")
    archived.publish("two", group="g")
    fakeaws.clock.advance("1 day")
    archived.publish("three", group="g")
    subscribe(late, DAY.format(0))
    fakeaws.clock.advance(0)
    assert said(late) == ["three"]


def test_what_grows_too_old_during_a_replay_is_left_out(fakeaws, archived, subscribe):
    """It is gone when its turn comes."""
    plain = fakeaws.create_queue("plain")
    for number in range(600):
        archived.publish(str(number), group="g")
    fakeaws.clock.advance("23 h 59 min 59.5 s")
    subscribe(plain, DAY.format(0))
    fakeaws.clock.advance(2)
    assert len(plain.messages) == 500


def test_nothing_is_archived_without_a_policy(fakeaws, sns, error_of, late):
    """And nothing can be replayed."""
    plain = fakeaws.create_topic("plain.fifo", content_based_deduplication=True)
    error = error_of(
        sns.subscribe,
        TopicArn=plain.arn,
        Protocol="sqs",
        Endpoint=late.arn,
        Attributes={"ReplayPolicy": policy(DAY.format(0))},
    )["Error"]
    assert error["Message"] == (
        "Invalid parameter: Attributes Reason: ReplayPolicy: the topic has no ArchivePolicy"
    )
    assert plain.subscriptions == ()


def test_a_standard_topic_replays_nothing(sns, topic, orders, error_of):
    """It has no archive."""
    arn = topic.subscribe(orders).arn
    error = error_of(
        sns.set_subscription_attributes,
        SubscriptionArn=arn,
        AttributeName="ReplayPolicy",
        AttributeValue=policy(DAY.format(0)),
    )["Error"]
    assert error["Message"] == "Invalid parameter: ReplayPolicy: only FIFO topics replay messages"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("x", "failed to parse JSON."),
        ('{"PointType": "Sequence"}', "PointType must be Timestamp"),
        ('{"PointType": "Timestamp"}', "StartingPoint must be a timestamp in ISO 8601 format"),
        ('{"Point": 1}', "invalid JSON. Attribute Point is unknown."),
        (policy(DAY.format(1), DAY.format(0)), "EndingPoint must not be before StartingPoint"),
    ],
)
def test_a_bad_replay_policy_is_refused(sns, fakeaws, archived, late, error_of, given, told):
    """With a word about it; the subscription stays as it is."""
    subscription = archived.subscribe(late)
    error = error_of(
        sns.set_subscription_attributes,
        SubscriptionArn=subscription.arn,
        AttributeName="ReplayPolicy",
        AttributeValue=given,
    )["Error"]
    assert error["Message"] == f"Invalid parameter: ReplayPolicy: {told}"
    assert "ReplayPolicy" not in subscription.attributes


@pytest.mark.parametrize(
    "given",
    [
        "x",
        "[]",
        '{"MessageRetentionPeriod": "0"}',
        '{"MessageRetentionPeriod": 366}',
        '{"Days": 1}',
    ],
)
def test_a_bad_archive_policy_is_refused(sns, error_of, given):
    """1 to 365 days."""
    error = error_of(
        sns.create_topic, Name="t.fifo", Attributes={"FifoTopic": "true", "ArchivePolicy": given}
    )["Error"]
    assert error["Message"].startswith("Invalid parameter: Attributes Reason: ArchivePolicy: ")


def test_a_topic_with_an_archive_cannot_be_deleted(sns, archived, error_of):
    """In AWS's words."""
    error = error_of(sns.delete_topic, TopicArn=archived.arn)["Error"]
    assert (error["Code"], error["Message"]) == (
        "InvalidState",
        "Invalid state: Cannot delete a topic with an ArchivePolicy",
    )


def test_the_end_of_an_archive_is_the_end_of_its_replays(
    sns, fakeaws, archived, subscribe, status, shown
):
    """What was archived is deleted, and so can the topic be."""
    plain = fakeaws.create_queue("plain")
    for number in range(600):
        archived.publish(str(number), group="g")
    arn = subscribe(plain, DAY.format(0))
    fakeaws.clock.advance(0)
    sns.set_topic_attributes(
        TopicArn=archived.arn, AttributeName="ArchivePolicy", AttributeValue="{}"
    )
    fakeaws.clock.advance(1)
    assert (status(arn), len(plain.messages)) == ("Failed", 500)
    assert not {"ArchivePolicy", "BeginningArchiveTime"} & shown().keys()
    sns.delete_topic(TopicArn=archived.arn)


def test_a_topic_tells_from_when_on_it_can_replay(fakeaws, shown):
    """From the beginning of its archive, and later from as long ago as that keeps."""
    told = []
    for wait in (0, "1 day", "1 h"):
        fakeaws.clock.advance(wait)
        told.append(shown()["BeginningArchiveTime"])
    assert told == [DAY.format(0), DAY.format(0), "2030-01-01T01:00:00.000Z"]


def test_the_timeline_tells_of_replays(fakeaws, publish, subscribe, late):
    """When they begin, how they end, and how much they replayed."""
    publish("one", "two")
    subscribe(late, DAY.format(0))
    fakeaws.clock.advance(0)
    lines = Counter(line.split("replay to ")[-1] for line in str(fakeaws.timeline()).splitlines())
    assert lines["late.fifo begins"] == lines["late.fifo completed: 2 messages"] == 1
