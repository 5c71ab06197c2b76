"""Advice: what AWS recommends against, as a view of what there is and of what happened."""

import re
from pathlib import Path

import boto3
import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.advice.advise import RULES
from pytest_fakeaws.errors import UnknownOption

TABLE = Path(__file__).parents[2] / "docs" / "advice.md"


def nothing(event, context):
    """Do nothing, and so succeed."""


@pytest.fixture
def rules(fakeaws):
    """The rules that have something to say."""
    return lambda: [advice.rule for advice in fakeaws.advice]


@pytest.fixture
def sound(fakeaws):
    """A queue and a function, made and mapped as AWS recommends."""

    def sound(handler=nothing, name="orders", *, timeout=5, function=None, **mapping):
        settings = {
            "dead_letter_queue": True,
            "max_receive_count": 5,
            "visibility_timeout": 6 * timeout + mapping.get("window", 0),
        }
        queue = fakeaws.create_queue(name, **settings)
        made = fakeaws.create_function("invoice", handler, timeout=timeout, **(function or {}))
        queue.trigger(made, **mapping)
        return queue, made

    return sound


# What advice is


def test_a_fake_in_which_nothing_is_asks_for_nothing(fakeaws):
    """Nothing is there that could be better."""
    assert fakeaws.advice == []


def test_what_is_made_as_aws_recommends_asks_for_nothing(fakeaws, sound):
    """Six timeouts of visibility, five receives, a dead-letter queue with a longer retention."""
    queue, _ = sound()
    queue.send("m")
    fakeaws.clock.run_until_idle()

    assert fakeaws.advice == []


def test_advice_names_the_rule_the_resource_and_a_page(fakeaws):
    """With the numbers, in plain words."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=5)
    orders.trigger(fakeaws.create_function("invoice", nothing, timeout=10))

    [advice] = fakeaws.advice

    assert advice.rule == "short-visibility"
    assert advice.text == (
        "orders hides messages for 30 s, and invoice may take 10 s: AWS recommends 60 s or more"
    )
    assert advice.resource == orders.arn
    assert advice.more == "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
    assert str(advice) == f"{advice.text} [short-visibility]"


def test_advice_is_of_the_moment(fakeaws, sqs):
    """What is set right asks for nothing any more."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=5)
    orders.trigger(fakeaws.create_function("invoice", nothing, timeout=10))
    before = fakeaws.advice

    sqs.set_queue_attributes(QueueUrl=orders.url, Attributes={"VisibilityTimeout": "60"})

    assert (len(before), fakeaws.advice) == (1, [])


def test_a_mapping_that_is_gone_asks_for_nothing(fakeaws):
    """It polls no more."""
    orders = fakeaws.create_queue("orders")
    mapping = orders.trigger(fakeaws.create_function("invoice", nothing, timeout=10))
    before = fakeaws.advice

    mapping.delete()

    assert (len(before), fakeaws.advice) == (2, [])


def test_advice_outlives_the_fake():
    """As the journal does."""
    with FakeAWS() as aws:
        aws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)

    assert [advice.rule for advice in aws.advice] == ["single-receive"]


# What does not count


def test_a_rule_can_be_ignored():
    """By its name; the others still count."""
    with FakeAWS(ignore_advice=["short-visibility"]) as aws:
        aws.create_queue("orders").trigger(aws.create_function("invoice", nothing, timeout=10))

        assert [advice.rule for advice in aws.advice] == ["no-dead-letter-queue"]


def test_one_rule_need_not_be_a_list():
    """A single name is as good."""
    with FakeAWS(ignore_advice="no-dead-letter-queue") as aws:
        aws.create_queue("orders").trigger(aws.create_function("invoice", nothing, timeout=5))

        assert aws.advice == []


def test_a_rule_that_does_not_exist_cannot_be_ignored():
    """The error names the likely one."""
    with pytest.raises(UnknownOption, match='Did you mean "few-receives"'):
        FakeAWS(ignore_advice=["few-receive"])


# Queues that feed functions


def test_few_receives_of_a_queue_that_feeds_a_function(fakeaws):
    """Throttles count as receives too."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=4)
    orders.trigger(fakeaws.create_function("invoice", nothing, timeout=5))

    [advice] = fakeaws.advice

    assert (advice.rule, advice.resource) == ("few-receives", orders.arn)
    assert advice.text == (
        "orders gives messages up after 4 receives, and throttles count: AWS recommends 5 or more"
    )


def test_a_queue_that_feeds_a_function_and_has_no_dead_letter_queue(fakeaws):
    """A FIFO queue may be without: a dead letter would break its order."""
    for name in ("orders", "orders.fifo"):
        function = fakeaws.create_function(name.replace(".", "-"), nothing, timeout=5)
        fakeaws.create_queue(name).trigger(function)

    assert [(advice.rule, advice.resource[-6:]) for advice in fakeaws.advice] == [
        ("no-dead-letter-queue", "orders")
    ]


def failing_first(event, context):
    """Report the first message as failed."""
    return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


def test_reported_failures_that_nobody_listens_to(fakeaws, sound):
    """The mapping has deleted what the function asked to keep."""
    queue, _ = sound(failing_first)
    queue.send("a")
    queue.send("b")
    fakeaws.clock.run_until_idle()

    [advice] = fakeaws.advice

    assert advice.rule == "ignored-item-failures"
    assert advice.text == (
        "invoice reported 1 batch item failure, but its mapping from orders has no "
        "ReportBatchItemFailures: the messages were deleted"
    )
    assert ":event-source-mapping:" in advice.resource


def test_reported_failures_that_the_mapping_listens_to(fakeaws, sound, rules):
    """All is well."""
    queue, _ = sound(failing_first, report_batch_item_failures=True)
    queue.send("a")
    fakeaws.clock.run_until_idle()

    assert rules() == []


def test_a_gap_in_the_order_of_a_group(fakeaws, sound):
    """What follows a failed message in its group has to be reported with it."""
    queue, function = sound(failing_first, "orders.fifo", report_batch_item_failures=True)
    for number in range(3):
        queue.send(str(number), group="ada", deduplication_id=str(number))
    queue.send("other", group="bob", deduplication_id="other")
    fakeaws.clock.advance(0)

    [advice] = fakeaws.advice

    assert (advice.rule, advice.resource) == ("gap-in-group", function.arn)
    assert advice.text == (
        "invoice reported the first message of group ada as failed, but not the second: it was deleted, "
        "and their order in orders.fifo is lost"
    )


def test_all_that_follow_in_the_group_are_no_gap(fakeaws, sound, rules):
    """Other groups go on."""

    def handler(event, context):
        ada = [
            record["messageId"]
            for record in event["Records"]
            if record["attributes"]["MessageGroupId"] == "ada"
        ]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in ada[1:]]}

    queue, _ = sound(handler, "orders.fifo", report_batch_item_failures=True)
    for number in range(3):
        queue.send(str(number), group="ada", deduplication_id=str(number))
    queue.send("other", group="bob", deduplication_id="other")
    fakeaws.clock.advance(0)

    assert rules() == []


@pytest.mark.parametrize(
    ("reserved", "maximum", "expected"),
    [
        (5, None, []),
        (4, None, ["few-reserved"]),
        (4, 5, ["reserved-below-maximum"]),
        (5, 5, []),
        (2, 2, []),
        (None, 5, []),
    ],
)
def test_concurrency_that_a_queue_exceeds(sound, rules, reserved, maximum, expected):
    """Five at least, or as much as the mappings may use."""
    sound(function={"reserved_concurrency": reserved}, maximum_concurrency=maximum)

    assert rules() == expected


def test_the_maximum_of_all_mappings_counts(fakeaws, sound):
    """Two queues share the function's reservation, and are told of it once."""
    _, function = sound(function={"reserved_concurrency": 5}, maximum_concurrency=3)
    more = fakeaws.create_queue("more", dead_letter_queue=True, max_receive_count=5)
    more.trigger(function, maximum_concurrency=3)

    [advice] = fakeaws.advice

    assert advice.text == (
        "invoice has reserved 5 at once, and its mappings may ask for 6 (MaximumConcurrency): "
        "the rest is throttled"
    )


# Queues


def test_dead_letters_that_are_kept_no_longer(fakeaws, rules):
    """Their age counts from their first queue; of FIFO queues it begins anew."""
    for suffix in ("", ".fifo"):
        letters = fakeaws.create_queue(f"letters{suffix}", retention="4 days")
        fakeaws.create_queue(
            f"orders{suffix}", dead_letter_queue=letters, max_receive_count=5, retention="4 days"
        )

    [advice] = fakeaws.advice

    assert (advice.rule, advice.resource) == (
        "short-dead-letter-retention",
        fakeaws.queue("letters").arn,
    )
    assert advice.text == (
        "letters keeps messages for 4 days, orders for 4 days, and their age counts from the first: AWS "
        "recommends that dead letters be kept longer"
    )


def test_a_single_receive(fakeaws, rules):
    """A consumer of one's own may fail once as well."""
    fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)

    assert rules() == ["single-receive"]


def test_a_consumer_that_asks_again_and_again(fakeaws, sqs, rules):
    """Ten empty answers are worth a word, unless they were waited for."""
    orders, quiet = fakeaws.create_queue("orders"), fakeaws.create_queue("quiet")
    for _ in range(10):
        sqs.receive_message(QueueUrl=quiet.url, WaitTimeSeconds=1)
    for _ in range(9):
        sqs.receive_message(QueueUrl=orders.url)
    before = rules()
    sqs.receive_message(QueueUrl=orders.url)

    [advice] = fakeaws.advice

    assert (before, advice.rule, advice.resource) == ([], "short-polls", orders.arn)
    assert advice.text == (
        "10 receives of orders that did not wait came back empty: AWS recommends long polls "
        "(WaitTimeSeconds up to 20)"
    )


# Functions


def test_events_that_nobody_is_told_of(fakeaws):
    """A function that gives events up should tell somebody."""
    function = fakeaws.create_function("resize", lambda event, context: 1 / 0)
    function.invoke_async({"image": "1.png"})
    fakeaws.clock.run_until_idle()

    [advice] = fakeaws.advice

    assert (advice.rule, advice.resource) == ("lost-events", function.arn)
    assert advice.text == (
        "resize gave up 1 asynchronous event and told nobody: AWS recommends a destination for failures "
        "or a dead-letter queue"
    )


def test_events_that_somebody_is_told_of(fakeaws, rules):
    """All is well."""
    failures = fakeaws.create_queue("failures")
    fakeaws.create_function(
        "resize", lambda event, context: 1 / 0, on_failure=failures
    ).invoke_async()
    fakeaws.clock.run_until_idle()

    assert rules() == []


def test_a_target_that_cannot_be_told(fakeaws, client):
    """A destination that does not exist gets nothing."""
    function = fakeaws.create_function("resize", lambda event, context: 1 / 0)
    gone = function.arn.replace("lambda", "sqs").replace("function:resize", "gone")
    client.put_function_event_invoke_config(
        FunctionName="resize", DestinationConfig={"OnFailure": {"Destination": gone}}
    )
    function.invoke_async()
    fakeaws.clock.run_until_idle()

    [advice] = fakeaws.advice

    assert (advice.rule, advice.resource) == ("unreachable-target", function.arn)
    assert advice.text.startswith("resize could not tell gone (on failure) of 1 event: AWS.Simple")


def test_a_loop_that_was_stopped(fakeaws, sound):
    """Advice shows the way in a circle once, however often it was refused."""

    def resize(event, context):
        boto3.client("sqs").send_message(QueueUrl=queue.url, MessageBody="again")

    queue, function = sound(resize, "images")
    queue.send("1.png")
    fakeaws.clock.run_until_idle()

    [advice] = fakeaws.advice

    assert (advice.rule, advice.resource) == ("recursive-loop", function.arn)
    assert advice.text == (
        "invoice was stopped in a loop: invoice -> queue images -> invoice -> ... 16 times; break it, or "
        "allow it with PutFunctionRecursionConfig"
    )


# The documentation


def test_every_rule_is_documented():
    """The table in docs/advice.md has them all, in their order, with the pages that they link to."""
    rows = re.findall(
        r"^\| `([a-z-]+)` \|.*\((https://[^)]+)\) \|$",
        TABLE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )

    assert rows == [(rule.name, rule.more) for rule in RULES.values()]
