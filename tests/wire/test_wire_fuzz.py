"""Whatever bytes come to the front door, AWS's answer goes back: a result, an error of its own, or a refusal.

`FAKEAWS_FUZZ=100000 pytest tests/wire/test_wire_fuzz.py` looks longer.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from botocore.session import get_session
from every_operation import SERVICES, program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wire_client import front_door, over_the_wire

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_.errors import TABLE as LAMBDA
from pytest_fakeaws.services.logs.errors import TABLE as LOGS
from pytest_fakeaws.services.sns.errors import TABLE as SNS
from pytest_fakeaws.services.sqs.errors import TABLE as SQS
from pytest_fakeaws.wire.destinations import dialect, sender
from pytest_fakeaws.wire.protocols.errors import TABLE as PROTOCOLS
from pytest_fakeaws.wire.protocols.http import Request

FUZZ = settings(
    max_examples=int(os.environ.get("FAKEAWS_FUZZ", "200")),
    suppress_health_check=list(HealthCheck),
)
CODES = {
    wording.code for table in (LAMBDA, LOGS, SNS, SQS, PROTOCOLS) for wording in table.values()
} | {
    shape.error_code or shape.name
    for service in SERVICES
    for shape in get_session().get_service_model(service).error_shapes
}
PROTOCOL = {
    "sqs": "json",
    "sqs-query": "query",
    "sns": "query",
    "lambda": "rest-json",
    "logs": "json",
}


@pytest.fixture(scope="module")
def sent():
    """The requests that clients send for every operation."""
    requests = []
    with FakeAWS(host_time="off") as aws:
        clients = {
            name: over_the_wire(
                boto3.client(name), aws, lambda request, _: requests.append(request)
            )
            for name in SERVICES
        }
        calls, answer = program(aws), None
        while True:
            try:
                service, name, parameters = calls.send(answer)
            except StopIteration:
                return requests
            answer = None
            with suppress(ClientError):
                answer = getattr(clients[service], name)(**parameters)


def check(request):
    """The answer to *request* is AWS's: one that botocore's parser reads, and no fault of AWS's."""
    with FakeAWS(host_time="off") as aws:
        aws.create_queue("dead")
        queue = aws.create_queue("orders", dead_letter_queue="dead")
        aws.create_topic("news").subscribe(queue)
        aws.create_function("work", lambda event, _: event, timeout=1)
        queue.send("a")
        try:
            response = front_door(aws).answer(request)
        except NotSimulated:
            return
        answer = {
            "status_code": response.status,
            "headers": response.headers,
            "body": response.body,
        }
        parser = create_parser(PROTOCOL[dialect(request, sender(request).service)])
        parsed = parser.parse(answer, None)
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            assert parsed["Error"]["Code"] in CODES
            assert response.status < HTTPStatus.INTERNAL_SERVER_ERROR
        assert all(value.isprintable() for value in response.headers.values())


NAMES = st.sampled_from(
    [
        "X-Amz-Target",
        "Content-Type",
        "Host",
        "Authorization",
        "X-Amz-Invocation-Type",
        "X-Amz-Log-Type",
    ]
) | st.text(max_size=5)
VALUES = st.sampled_from(
    [
        "AmazonSQS.SendMessage",
        "AmazonSQS.",
        "Logs_20140328.FilterLogEvents",
        "application/x-amz-json-1.0",
        "sns.eu-west-1.amazonaws.com",
        "AWS4-HMAC-SHA256 Credential=a/20300101/b/lambda/aws4_request, x",
        "Credential=/////",
        "Tail",
        "Event",
    ]
) | st.text(max_size=20)
URLS = st.sampled_from(
    [
        "https://sqs.us-east-1.amazonaws.com/",
        "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
        "https://sns.us-east-1.amazonaws.com/?Action=Publish&Version=2010-03-31",
        "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/work/invocations",
        "/2018-10-31/layers?find=LayerVersion",
        "http://[",
    ]
) | st.text(max_size=30)
BODIES = (
    st.binary(max_size=40)
    | st.sampled_from([b"{}", b"[]", b"null", b"Action=SendMessage&Version=", b"\xff\xfe{}"])
    | st.builds(
        lambda names, value: f"Action=SendMessage&{'.'.join(names)}={value}".encode(
            "utf-8", "replace"
        ),
        st.lists(st.sampled_from(["MessageAttribute", "1", "Value", "Name", "", "-1", "9" * 5000])),
        st.text(max_size=4),
    )
)


@pytest.mark.slow
@FUZZ
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "get", ""]),
    URLS,
    st.dictionaries(NAMES, VALUES, max_size=4),
    BODIES,
)
def test_any_bytes_are_answered(method, url, headers, body):
    """No request makes the door fall over."""
    check(Request(method, url, headers, body))


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        [{}, [], [None], {"a": None}, "9" * 5000, 10**400, -1, 2**63, "\x00", "\ud800"]
    )
)


@pytest.mark.slow
@FUZZ
@given(st.data())
def test_a_request_that_somebody_has_changed_is_answered(sent, data):
    """Neither does one that was good until a part of it was lost, doubled or replaced."""
    request = data.draw(st.sampled_from(sent), "request")
    change = data.draw(
        st.sampled_from([changed_bytes, changed_value, changed_url, changed_headers])
    )
    check(change(request, data))


def changed_bytes(request, data):
    """The request with other bytes somewhere in its body."""
    body = request.body
    start = data.draw(st.integers(0, len(body)), "start")
    end = data.draw(st.integers(start, min(start + 20, len(body))), "end")
    return copy(request, body=body[:start] + data.draw(st.binary(max_size=6), "bytes") + body[end:])


def changed_value(request, data):
    """The request with another value somewhere in its JSON."""
    try:
        document = json.loads(request.body)
    except ValueError:
        return changed_bytes(request, data)
    node = {"": document}
    key = ""
    while isinstance(node[key], (dict, list)) and node[key] and data.draw(st.booleans(), "deeper"):
        node = node[key]
        keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys), "key")
    node[key] = data.draw(LEAVES, "value")
    changed = document if key != "" else node[""]
    return copy(request, body=json.dumps(changed).encode())


def changed_url(request, data):
    """The request for another URL."""
    start = data.draw(st.integers(8, len(request.url)), "start")
    end = data.draw(st.integers(start, len(request.url)), "end")
    part = data.draw(
        st.sampled_from(["", "/", "%", "%00", "%ff", "?", "&", "a", "\u00e4", "+"]), "part"
    )
    return copy(request, url=request.url[:start] + part + request.url[end:])


def changed_headers(request, data):
    """The request with other headers, or without one."""
    headers = dict(request.headers)
    headers.pop(data.draw(st.sampled_from(sorted(headers)), "dropped"))
    headers.update(data.draw(st.dictionaries(NAMES, VALUES, max_size=2), "headers"))
    return copy(request, headers=headers)


def copy(request, **changes):
    """A request like this one but for some parts."""
    parts = {"method": request.method, "url": request.url, "headers": request.headers}
    return Request(**{**parts, "body": request.body, **changes})


def test_what_is_changed_was_good(sent):
    """The requests that are changed are those of every service."""
    hosts = {urlsplit(request.url).netloc.partition(".")[0] for request in sent}

    assert hosts == {*SERVICES}
