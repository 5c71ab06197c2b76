"""FIFO topics over random publishes: against a list that keeps each message once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakeaws import FakeAWS

WINDOW = 300

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from("abc"), st.sampled_from("gh")),
        st.tuples(st.just("wait"), st.sampled_from([1, 100, 299, 300]), st.none()),
    ),
    max_size=25,
)


def kept_once(steps, *, by_group):
    """What of the publishes is news, by the plain words of AWS's guide."""
    now, first, kept = 0, {}, []
    for step, value, group in steps:
        if step == "wait":
            now += value
            continue
        key = (value, group) if by_group else value
        if key not in first or now - first[key] >= WINDOW:
            first[key] = now
            kept.append((value, group, now))
    return kept


@pytest.mark.slow
@settings(max_examples=60)
@given(STEPS, st.booleans(), st.integers(0, 1_500))
def test_queues_and_replays_get_each_message_once_and_in_order(steps, by_group, start):
    """Standard queues all at once, FIFO queues by group, and a replay from any instant on."""
    with FakeAWS(host_time="off") as aws:
        scope = {"FifoThroughputScope": "MessageGroup" if by_group else "Topic"}
        archive = {"ArchivePolicy": '{"MessageRetentionPeriod": "1"}'}
        topic = aws.create_topic(
            "t.fifo", content_based_deduplication=True, attributes={**scope, **archive}
        )
        live, ordered, late = (aws.create_queue(name) for name in ("live", "o.fifo", "late"))
        topic.subscribe(live, raw=True)
        topic.subscribe(ordered, raw=True)
        for step, value, group in steps:
            if step == "wait":
                aws.clock.advance(value)
            else:
                topic.publish(value, group=group)
        since = f"2030-01-01T00:{start // 60:02}:{start % 60:02}Z"
        policy = f'{{"PointType": "Timestamp", "StartingPoint": "{since}"}}'
        topic.subscribe(late, raw=True, attributes={"ReplayPolicy": policy})
        aws.clock.run_until_idle()

        kept = kept_once(steps, by_group=by_group)
        texts = [value for value, _, _ in kept]
        assert live.messages.bodies == texts
        assert late.messages.bodies == [value for value, _, at in kept if at >= start]
        if not by_group:  # else the queue itself takes what two groups say for one message
            assert sorted(ordered.messages.bodies) == sorted(texts)
