"""A build takes an hour; the builder that makes it may crash."""

import json
import time

import pytest
from releases import builder, webhook

TAG = {"repository": "shop", "ref": "v2.1.0"}


class Builds:
    """Stands in for the build, which takes a while, and notes what came of it."""

    def __init__(self, minutes):
        self.minutes = minutes
        self.started = []
        self.finished = []

    def __call__(self, project, version):
        self.started.append((project, version))
        time.sleep(self.minutes * 60)
        self.finished.append((project, version))


@pytest.fixture
def queue(fakeaws, monkeypatch):
    """The builders' queue."""
    queue = fakeaws.create_queue("builds", dead_letter_queue=True, max_receive_count=3)
    monkeypatch.setenv("BUILDS_QUEUE_URL", queue.url)
    return queue


@pytest.fixture
def tag(fakeaws, queue):
    """Calls the webhook, as the forge does."""
    function = fakeaws.create_function("webhook", webhook.handler)
    return lambda: function.invoke({"body": json.dumps(TAG)})


def test_a_tagged_version_is_built_once(fakeaws, queue, tag):
    """Heartbeats keep the release of an hour's build from a second builder."""
    builds = Builds(minutes=60)
    for _ in range(2):
        fakeaws.spawn(builder.work, queue.url, builds)

    assert tag().result == {"statusCode": 202}
    fakeaws.clock.advance("2h")

    assert builds.started == builds.finished == [("shop", "v2.1.0")]
    assert queue.messages.bodies == queue.in_flight.bodies == []


def test_without_heartbeats_it_would_be_built_twice(fakeaws, queue, tag, monkeypatch):
    """The test above can fail: this is what the heartbeats prevent."""
    monkeypatch.setattr(builder, "HEARTBEAT", 24 * 3600)
    builds = Builds(minutes=60)
    for _ in range(2):
        fakeaws.spawn(builder.work, queue.url, builds)
    tag()
    fakeaws.clock.advance("2h")

    assert len(builds.started) > 1


def test_another_builder_takes_over_after_a_crash(fakeaws, queue, tag):
    """The release comes back when its last heartbeat has run out, and not before."""
    builds = Builds(minutes=10)
    first = fakeaws.spawn(builder.work, queue.url, builds)
    tag()
    fakeaws.clock.advance("5 min")
    fakeaws.spawn(builder.work, queue.url, builds)
    first.kill()

    fakeaws.clock.advance("2 min")
    assert len(builds.started) == 1
    fakeaws.clock.advance("1 min")
    assert len(builds.started) == 2
    fakeaws.clock.advance("10 min")
    assert builds.finished == [("shop", "v2.1.0")]


def test_a_release_that_crashes_every_builder_is_set_aside(fakeaws, queue, tag):
    """After three builders have died of it, the release goes to the dead-letter queue."""

    def explode(project, version):
        time.sleep(60)
        builders.pop(0).kill()

    builders = [fakeaws.spawn(builder.work, queue.url, explode) for _ in range(4)]
    tag()
    fakeaws.clock.advance("1h")

    assert [json.loads(body)["version"] for body in queue.dead_letters.bodies] == ["v2.1.0"]
    assert [one.alive for one in builders] == [True]
