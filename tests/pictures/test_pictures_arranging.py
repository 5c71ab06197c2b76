"""How what happened is arranged in lanes, marks and paths."""

import boto3
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.journal.story import Story
from pytest_fakeaws.pictures.occupancy import levels
from pytest_fakeaws.pictures.picture import arranged


def test_topics_queues_functions_and_consumers_have_lanes_in_this_order(poison):
    """The queue that a message went to has one too, even if nothing else happened there."""
    picture = poison.picture().picture

    assert [(lane.kind, lane.name) for lane in picture.lanes] == [
        ("topic", "events"),
        ("queue", "orders"),
        ("queue", "orders-dlq"),
        ("function", "invoice"),
    ]


def test_each_line_of_the_timeline_is_a_mark(poison):
    """In the same words, so that text and picture are read alike."""
    picture = poison.picture().picture
    told = [line.what for line in Story(poison._start).lines(poison.journal)]

    assert [mark.text for mark in picture.marks] == told


def test_an_invocation_lies_on_the_path_of_each_message_in_its_batch(fakeaws):
    """What it came to as well, though that fact names the invocation only."""
    jobs = fakeaws.create_queue("jobs")
    jobs.trigger(fakeaws.create_function("work", lambda event, context: None))
    jobs.send("a")
    jobs.send("b")
    fakeaws.clock.run_until_idle()

    paths = fakeaws.picture().picture.paths()
    kinds = [[type(mark.fact).__name__ for mark in path] for path in paths.values()]
    assert kinds == 2 * [
        [
            "MessageSent",
            "MessageReceived",
            "InvocationStarted",
            "InvocationSucceeded",
            "MessageDeleted",
        ]
    ]


def test_messages_have_the_names_that_the_timeline_gives_them(poison):
    """Notifications, messages and events by number; a plain invocation gets a name here."""
    poison.function("invoice").invoke({"Records": []})

    names = poison.picture().picture.names
    assert list(names.values()) == ["notification 1", "#1", "invocation 1"]


def test_what_became_of_a_lost_message_stands_with_it(poison):
    """The same sentence as below the timeline."""
    picture = poison.picture().picture

    [end] = picture.ends.values()
    assert end == (
        "moved from orders to orders-dlq at 00:01:00: received 2 times, 2 allowed; "
        "invoice failed with KeyError: 'total' (2 times)"
    )


def test_a_mark_knows_what_it_follows_from(poison):
    """The message was sent because something was published."""
    picture = poison.picture().picture
    by_number = {mark.number: mark for mark in picture.marks}
    sent = next(mark for mark in picture.marks if type(mark.fact).__name__ == "MessageSent")

    assert [type(by_number[number].fact).__name__ for number in sent.parents] == [
        "NotificationPublished"
    ]


def test_a_journal_that_was_full_says_how_much_is_missing(poison):
    """A picture never pretends to be whole."""
    entries = list(poison.journal)[5:]
    picture = arranged(entries, title="rest", start=poison._start, seed=0)
    assert picture.dropped == 5


def test_nothing_happened_is_a_picture_too(fakeaws):
    """An empty one."""
    picture = fakeaws.picture().picture

    assert (picture.lanes, picture.marks, picture.lasted) == ((), (), 0)


def test_levels_say_what_each_lane_holds(poison):
    """A message is in its queue until it is moved to the other."""
    picture = poison.picture().picture
    last = {}
    for level in levels(picture):
        last[picture.lanes[level.lane].name] = level.held

    assert last == {"orders": 0, "orders-dlq": 1, "invoice": 0}


@settings(max_examples=30)
@given(steps=st.lists(st.sampled_from(["send", "purge", "advance"]), max_size=12))
def test_levels_agree_with_the_queue(steps):
    """Whatever was done to it."""
    with FakeAWS(host_time="off") as aws:
        queue = aws.create_queue("jobs", retention=90)
        for step in steps:
            if step == "send":
                queue.send("x")
            elif step == "purge":
                aws.clock.advance(61)  # AWS purges a queue once a minute
                boto3.client("sqs").purge_queue(QueueUrl=queue.url)
            else:
                aws.clock.advance(40)
        held = [level.held for level in levels(aws.picture().picture)]

        assert (held[-1] if held else 0) == len(queue.messages)
