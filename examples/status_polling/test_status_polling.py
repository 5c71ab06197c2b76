"""An asynchronous API, its queue, and a client that asks until it has its export."""

import json
import urllib.parse

import boto3
import pytest
from exports import api, client, status, worker
from moto import mock_aws


@pytest.fixture
def exports(fakeaws, monkeypatch):
    """The queue, its worker, and S3 by moto beside the fake."""
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=status.BUCKET)
        queue = fakeaws.create_queue("exports", dead_letter_queue=True, visibility_timeout=90)
        function = fakeaws.create_function(
            "exports", worker.handler, timeout=60, reserved_concurrency=1
        )
        queue.trigger(function, batch_size=1)
        monkeypatch.setenv("EXPORTS_QUEUE_URL", queue.url)
        monkeypatch.setattr(client, "read", read)
        yield queue


def read(url):
    """The object behind a presigned URL: moto answers S3's clients, not plain HTTP."""
    assert "X-Amz-Signature" in url or "Signature" in url
    key = urllib.parse.urlsplit(url).path.rpartition("/")[2]
    return json.load(boto3.client("s3").get_object(Bucket=status.BUCKET, Key=key)["Body"])


@pytest.fixture
def post(fakeaws):
    """Calls the API."""
    function = fakeaws.create_function("api", api.handler)
    return lambda name: function.invoke({"body": json.dumps({"name": name})}).result


def test_a_client_has_its_export_after_the_time_that_it_was_told(fakeaws, exports, post):
    """Thirty seconds for the first one."""
    start = fakeaws.clock.now()
    answer = post("sales")

    assert client.wait(answer) == {"state": "done", "rows": 1000}
    assert (fakeaws.clock.now() - start).total_seconds() == 30


def test_the_time_grows_with_the_queue(fakeaws, exports, post):
    """Three exports are ahead; the estimate counts those in the queue and those in the making."""
    for name in ("one", "two", "three"):
        post(name)
    fakeaws.clock.advance(1)

    assert json.loads(post("four")["body"]) == {"seconds": 120}


def test_a_client_that_is_told_too_little_looks_again(fakeaws, exports, post, monkeypatch):
    """The estimate was wrong by half a minute: the client asks again, at shorter and shorter pauses."""
    start = fakeaws.clock.now()
    answer = post("sales")
    answer["body"] = json.dumps({"seconds": 20})

    assert client.wait(answer)["state"] == "done"
    assert (fakeaws.clock.now() - start).total_seconds() == 30


def test_a_client_does_not_wait_for_ever(fakeaws, exports, post, monkeypatch):
    """A worker that crashes each time leaves the state at `waiting`."""

    def crash(export, state, **more):
        raise OSError("the disk is full")

    answer = post("sales")
    monkeypatch.setattr(status, "write", crash)

    with pytest.raises(client.TooSlow, match="waiting"):
        client.wait(answer)
