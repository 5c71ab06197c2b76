"""Plain HTTP inside the process: whoever speaks it and not botocore reaches the fake at AWS's own hosts."""

import asyncio
import json
import urllib.request
from urllib.error import HTTPError

import boto3
import pytest
import requests
import urllib3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto import mock_aws

from pytest_fakeaws.errors import UnansweredCall

aiohttp = pytest.importorskip("aiohttp")
httpx = pytest.importorskip("httpx")

SEND = "?Action=SendMessage&MessageBody=hello"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def with_httpx_async(url):
    """A GET by httpx's asynchronous client."""

    async def get():
        async with httpx.AsyncClient() as client:
            return (await client.get(url)).content

    return asyncio.run(get())


def with_aiohttp(url, body=None):
    """A request by aiohttp, of a form if there is a body."""

    async def get():
        async with aiohttp.ClientSession() as session:
            method, headers = ("GET", {}) if body is None else ("POST", FORM)
            async with session.request(method, url, data=body, headers=headers) as response:
                return await response.read()

    return asyncio.run(get())


GETS = {
    "urllib.request": lambda url: urllib.request.urlopen(url).read(),
    "urllib3": lambda url: urllib3.request("GET", url).data,
    "requests": lambda url: requests.get(url, timeout=1).content,
    "httpx": lambda url: httpx.get(url).content,
    "httpx, asynchronous": with_httpx_async,
    "aiohttp": with_aiohttp,
}
POSTS = {
    "urllib.request": lambda url, body: urllib.request.urlopen(url, body.encode()).read(),
    "urllib3": lambda url, body: urllib3.request("POST", url, body=body, headers=FORM).data,
    "requests": lambda url, body: requests.post(url, body, headers=FORM, timeout=1).content,
    "httpx": lambda url, body: httpx.post(url, content=body, headers=FORM).content,
    "aiohttp": with_aiohttp,
}


@pytest.mark.parametrize("get", GETS.values(), ids=GETS)
def test_a_queue_is_reached_at_its_url(fakeaws, get):
    """By the older protocol, unsigned."""
    orders = fakeaws.create_queue("orders")

    assert b"<SendMessageResult>" in get(orders.url + SEND)
    assert orders.messages.bodies == ["hello"]


@pytest.mark.parametrize("post", POSTS.values(), ids=POSTS)
def test_a_form_is_posted(fakeaws, post):
    """As the older clients do."""
    body = "Action=CreateTopic&Name=news&Version=2010-03-31"

    assert b":news</TopicArn>" in post("https://sns.us-east-1.amazonaws.com/", body)
    assert fakeaws.topic("news").arn.endswith(":news")


def test_a_presigned_url_is_followed(fakeaws):
    """Its signature tells whose queue it is."""
    access = fakeaws.credentials("111122223333")
    theirs = boto3.client("sqs", **access).create_queue(QueueName="theirs")["QueueUrl"]
    keys = Credentials(access["aws_access_key_id"], access["aws_secret_access_key"])
    request = AWSRequest("GET", theirs + SEND)
    SigV4QueryAuth(keys, "sqs", "us-east-1").add_auth(request)

    assert requests.get(request.url, timeout=1).status_code == 200
    assert fakeaws.queue("arn:aws:sqs:us-east-1:111122223333:theirs").messages.bodies == ["hello"]


def test_an_error_is_one_of_http(fakeaws):
    """As each library has it."""
    url = f"https://sqs.us-east-1.amazonaws.com/123456789012/none{SEND}"

    assert requests.get(url, timeout=1).status_code == 400
    with pytest.raises(HTTPError, match="400"):
        urllib.request.urlopen(url)


@pytest.mark.parametrize("get", GETS.values(), ids=GETS)
def test_the_url_of_a_function_is_asked(fakeaws, get):
    """And the function runs."""
    function = fakeaws.create_function("hello", lambda event, _: {"path": event["rawPath"]})

    assert json.loads(get(f"{function.create_url().url}a/b")) == {"path": "/a/b"}


@pytest.mark.parametrize("get", GETS.values(), ids=GETS)
def test_a_host_of_aws_that_nobody_fakes_is_refused_by_name(fakeaws, get):
    """As a call by botocore is."""
    with pytest.raises(UnansweredCall, match=r"dynamodb\.us-east-1\.amazonaws\.com"):
        get("https://dynamodb.us-east-1.amazonaws.com/")


def test_what_moto_fakes_is_left_to_it(fakeaws):
    """With the library that it uses itself."""
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="pictures")
        boto3.client("s3").put_object(Bucket="pictures", Key="a", Body=b"png")
        url = boto3.client("s3").generate_presigned_url(
            "get_object", {"Bucket": "pictures", "Key": "a"}
        )
        assert requests.get(url, timeout=1).content == b"png"


@pytest.mark.parametrize("get", GETS.values(), ids=GETS)
def test_other_hosts_are_untouched(fakeaws, no_network, get):
    """They go where they would."""
    with pytest.raises(pytest.fail.Exception, match="about to reach"):
        get("http://amazonaws.com.example/")
