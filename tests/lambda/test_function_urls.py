"""Function URLs: a request is an event, and what the handler returns is a response."""

import base64
import json

import pytest

from pytest_fakeaws.errors import UnknownResource

RECORDED = "lambda_/test_lambda.py::TestLambdaURL::test_lambda_url_invocation"


@pytest.fixture
def echo(fakeaws):
    """The URL of a function that returns its event."""
    return fakeaws.create_function("echo", lambda event, context: event).create_url()


@pytest.fixture
def url_of(fakeaws):
    """Makes the URL of a handler."""

    def url_of(handler, **options):
        return fakeaws.create_function("f", handler).create_url(**options)

    return url_of


# Events


def test_a_request_is_an_event_of_format_2(echo):
    """Everything that AWS tells of it, and nothing that it leaves out."""
    response = echo.request(
        "POST",
        "/orders/7",
        query={"tag": ["a", "b"], "q": "lamp & desk"},
        headers={"Cookie": "theme=dark; lang=en", "X-Shop": "lamps", "User-Agent": "browser"},
        json={"id": 7},
    )

    event = response.json()
    domain = echo.url.removeprefix("https://").rstrip("/")
    label = domain.partition(".")[0]
    trace = event["headers"].pop("x-amzn-trace-id")
    assert trace.startswith("Root=1-70dbd880-")
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/orders/7",
        "rawQueryString": "tag=a&tag=b&q=lamp+%26+desk",
        "cookies": ["theme=dark", "lang=en"],
        "headers": {
            "content-type": "application/json",
            "content-length": "9",
            "x-shop": "lamps",
            "user-agent": "browser",
            "host": domain,
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": {"tag": "a,b", "q": "lamp & desk"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": label,
            "domainName": domain,
            "domainPrefix": label,
            "http": {
                "method": "POST",
                "path": "/orders/7",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "browser",
            },
            "requestId": response.headers["x-amzn-requestid"],
            "routeKey": "$default",
            "stage": "$default",
            "time": "01/Jan/2030:00:00:00 +0000",
            "timeEpoch": 1893456000000,
        },
        "body": '{"id": 7}',
        "isBase64Encoded": False,
    }


def test_what_a_request_does_not_have_is_not_in_its_event(echo):
    """No cookies, no query, no content."""
    event = echo.request().json()

    assert {"cookies", "queryStringParameters", "body"}.isdisjoint(event)
    assert (event["rawPath"], event["rawQueryString"]) == ("/", "")
    assert event["isBase64Encoded"] is False


def test_the_request_id_is_that_of_the_invocation(fakeaws, echo):
    """And the event is what the journal has."""
    response = echo.request()

    (run,) = fakeaws.function("echo").invocations
    assert run.request_id == response.headers["x-amzn-requestid"]
    assert run.event == run.result == response.json()


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        ("text/plain", False),
        ("application/json; charset=utf-8", False),
        ("application/problem+json", False),
        ("application/xml", False),
        ("application/x-www-form-urlencoded", True),
        ("multipart/form-data; boundary=x", True),
        ("image/png", True),
    ],
)
def test_content_is_encoded_unless_its_type_is_text(echo, kind, encoded):
    """By the content type, as AWS does."""
    event = echo.request("POST", headers={"Content-Type": kind}, body=b"a=b").json()

    body = base64.b64encode(b"a=b").decode() if encoded else "a=b"
    assert (event["body"], event["isBase64Encoded"]) == (body, encoded)


def test_a_path_may_bring_its_query(echo):
    """As a browser's address line; a path is percent-encoded."""
    event = echo.request(path="/a b?x=1&y=", query="z=3").json()

    assert (event["rawPath"], event["rawQueryString"]) == ("/a%20b", "x=1&y=&z=3")
    assert event["queryStringParameters"] == {"x": "1", "y": "", "z": "3"}


# Responses


RETURNED = {
    "boolean": True,
    "dict": {"hello": "world"},
    "float": 3.1,
    "http-response": {"statusCode": 200, "body": "body123"},
    "http-response-json": {"statusCode": 200, "body": json.dumps({"hello": "world"})},
    "integer": 3,
    "list-mixed": ["hello", 3, True],
    "string": "hello",
}


@pytest.mark.parametrize("case", RETURNED)
def test_what_is_returned_is_answered_as_recorded(client, fakeaws, recorded, case):
    """A client makes the URL and lets everybody in, as the recorded test did."""
    answers = recorded("lambda", f"{RECORDED}[{case}]")
    fakeaws.create_function("f", lambda *_: RETURNED[case])

    created = client.create_function_url_config(FunctionName="f", AuthType="NONE")
    created["FunctionUrl"] = "<function-url>"
    created["CreationTime"] = "date"
    assert answers.seen("create_lambda_url_config", created) == answers["create_lambda_url_config"]
    permission = client.add_permission(
        FunctionName="f",
        StatementId="urlPermission",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    assert answers.seen("add_permission", permission) == answers["add_permission"]
    response = fakeaws.function("f").url().request()
    shown = {
        "statuscode": response.status,
        "content": response.text,
        "headers": {
            "Content-Length": response.headers["content-length"],
            "Content-Type": response.headers["content-type"],
        },
    }
    assert answers.seen("lambda_url_invocation", shown) == answers["lambda_url_invocation"]


def test_a_form_is_encoded_as_recorded(fakeaws, recorded):
    """The recorded test got its event back, laid out otherwise."""
    answer = recorded("lambda", RECORDED.replace("url_invocation", "url_form_payload"))[
        "url_response"
    ]
    url = fakeaws.create_function("f", lambda event, _: event).create_url()
    kept = ("accept", "accept-encoding", "content-type", "user-agent")
    headers = {name: answer["headers"][name] for name in kept}

    event = url.request(
        "POST", "/test/value", headers=headers, body=base64.b64decode(answer["data"])
    ).json()

    assert event["body"] == answer["data"]
    assert {name: event["headers"][name] for name in headers} == headers
    assert event["headers"]["content-length"] == answer["headers"]["content-length"]
    assert event["requestContext"]["http"]["method"] == answer["method"]
    assert event["rawPath"] == answer["path"]


def test_a_response_has_status_headers_cookies_and_content(url_of):
    """Header names in small letters; content in Base64 is decoded."""
    response = url_of(
        lambda *_: {
            "statusCode": "201",
            "headers": {"Content-Type": "image/png", "X-Count": 3},
            "cookies": ["a=1; Max-Age=5", "b=2"],
            "body": base64.b64encode(b"\x89PNG").decode(),
            "isBase64Encoded": True,
        }
    ).request()

    assert (response.status, response.body) == (201, b"\x89PNG")
    assert (response.headers["content-type"], response.headers["x-count"]) == ("image/png", "3")
    assert response.cookies == ("a=1; Max-Age=5", "b=2")
    assert response.headers["date"] == "Tue, 01 Jan 2030 00:00:00 GMT"


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "many"},
        {"statusCode": 99},
        {"statusCode": 200, "headers": "x"},
        {"statusCode": 200, "headers": {"a": [1]}},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
        {"statusCode": None},
    ],
)
def test_what_is_no_response_is_a_server_error(url_of, result):
    """AWS says no more than that."""
    response = url_of(lambda *_: result).request()

    assert (response.status, response.text) == (502, "Internal Server Error")


def test_a_handler_that_fails_is_a_server_error(fakeaws, url_of):
    """The error is not raised; the function has it."""
    response = url_of(lambda *_: 1 / 0).request()

    assert (response.status, response.text) == (502, "Internal Server Error")
    assert [type(error) for error in fakeaws.function("f").errors] == [ZeroDivisionError]


def test_a_throttled_request_is_one_too_many(fakeaws, client, url_of):
    """As Invoke words it."""
    url = url_of(lambda *_: None)
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)

    response = url.request()

    assert response.status == 429
    assert response.json()["Message"] == "Rate Exceeded."


def test_a_request_with_too_much_content_is_refused(url_of):
    """Six megabytes, as for every synchronous invocation."""
    assert url_of(lambda *_: None).request("POST", body=b"x" * 6_291_457).status == 413


def test_a_stream_is_what_the_handler_returned(url_of):
    """A Python handler cannot stream, and in this mode nobody interprets what it returns."""
    response = url_of(lambda *_: {"statusCode": 404}, stream=True).request()

    assert (response.status, response.json()) == (200, {"statusCode": 404})
    assert response.headers["content-type"] == "application/octet-stream"


# Who may ask


def test_nobody_may_ask_without_a_permission(client, fakeaws):
    """AuthType NONE alone lets nobody in: the policy must."""
    fakeaws.create_function("f", lambda *_: None)
    client.create_function_url_config(FunctionName="f", AuthType="NONE")

    response = fakeaws.function("f").url().request()

    assert (response.status, response.json()) == (403, {"Message": "Forbidden"})
    assert fakeaws.function("f").invocations == ()


def test_with_iam_only_signed_requests_are_answered(fakeaws):
    """Those of the owner; the event says who asked."""
    url = fakeaws.create_function("f", lambda event, _: event).create_url(auth="AWS_IAM")

    unsigned = url.request()
    context = url.request(account_id="123456789012").json()["requestContext"]

    assert unsigned.status == 403
    assert context["accountId"] == "123456789012"
    assert context["authorizer"]["iam"] == {
        "accessKey": fakeaws.credentials("123456789012")["aws_access_key_id"],
        "accountId": "123456789012",
        "callerId": "123456789012",
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": "arn:aws:iam::123456789012:root",
        "userId": "123456789012",
    }


def test_another_account_needs_a_permission(fakeaws, client):
    """For InvokeFunctionUrl, with the auth type as its condition if it has one."""
    url = fakeaws.create_function("f", lambda *_: None).create_url(auth="AWS_IAM")
    other = "111122223333"

    before = url.request(account_id=other).status
    client.add_permission(
        FunctionName="f",
        StatementId="other",
        Action="lambda:InvokeFunctionUrl",
        Principal=other,
        FunctionUrlAuthType="AWS_IAM",
    )

    assert (before, url.request(account_id=other).status) == (403, 200)


# Browsers


SHARED = {
    "AllowOrigins": ["https://shop.example"],
    "AllowMethods": ["GET", "POST"],
    "AllowHeaders": ["x-shop"],
    "ExposeHeaders": ["x-count"],
    "AllowCredentials": True,
    "MaxAge": 60,
}
ASKING = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}


def test_a_browsers_question_is_answered_by_the_configuration(fakeaws, url_of):
    """The function does not run."""
    response = url_of(lambda *_: None, cors=SHARED).request("OPTIONS", headers=ASKING)

    assert response.status == 200
    assert {
        name: value for name, value in response.headers.items() if name.startswith("access-")
    } == {
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "x-shop",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "60",
    }
    assert fakeaws.function("f").invocations == ()


def test_responses_say_that_their_origin_is_allowed(url_of):
    """The configuration comes before what the handler says; other origins are told nothing."""
    handler = lambda *_: {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "x"}}  # noqa: E731
    url = url_of(handler, cors=SHARED)

    allowed = url.request(headers={"Origin": "https://shop.example"}).headers
    other = url.request("OPTIONS", headers={**ASKING, "Origin": "https://evil.example"}).headers

    assert allowed["access-control-allow-origin"] == "https://shop.example"
    assert allowed["access-control-expose-headers"] == "x-count"
    assert "access-control-allow-origin" not in other


def test_every_origin_may_be_allowed(url_of):
    """With a star."""
    url = url_of(lambda *_: None, cors={"AllowOrigins": ["*"]})

    headers = url.request(headers={"Origin": "https://any.example"}).headers

    assert headers["access-control-allow-origin"] == "*"


def test_without_a_configuration_the_function_is_asked(url_of):
    """It answers browsers itself."""
    url = url_of(lambda event, _: event["requestContext"]["http"]["method"])

    assert url.request("OPTIONS", headers=ASKING).text == "OPTIONS"


# URLs


def test_an_alias_has_a_url_of_its_own(fakeaws, create, client):
    """It leads to the alias's version."""
    create("def handler(event, context):\n    return context.invoked_function_arn\n", Publish=True)
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    function = fakeaws.function("f")
    plain, live = function.create_url(), function.create_url(alias="live")

    assert plain.request().text == function.arn
    assert live.request().text == f"{function.arn}:live"
    assert function.url("live").url == live.url != plain.url


def test_a_url_is_the_same_every_time(fakeaws):
    """It follows from the function's ARN."""

    def once():
        fakeaws.reset()
        return fakeaws.create_function("f", lambda *_: None).create_url().url

    assert once() == once()


def test_a_url_that_was_deleted_is_not_found(client, url_of):
    """Whoever still has it gets nowhere."""
    url = url_of(lambda *_: None)
    client.delete_function_url_config(FunctionName="f")

    assert url.request().status == 404


def test_a_function_without_a_url_says_so(fakeaws):
    """An error for the author of the test."""
    function = fakeaws.create_function("f", lambda *_: None)

    with pytest.raises(UnknownResource, match="has no URL"):
        function.url()


def test_too_long_a_memory_of_browsers_is_refused(client, fakeaws):
    """A day at the most."""
    fakeaws.create_function("f", lambda *_: None)

    with pytest.raises(client.exceptions.ClientError, match=r"'cors.maxAge'"):
        client.create_function_url_config(
            FunctionName="f", AuthType="NONE", Cors={"MaxAge": 86_401}
        )


def test_a_request_waits_in_virtual_time(fakeaws, url_of, elapsed):
    """As every synchronous invocation."""
    import time

    url_of(lambda *_: time.sleep(2)).request()

    assert elapsed() == 2


def test_a_response_reads_well_in_a_failing_assert(url_of):
    """Its status and the beginning of its content."""
    url = url_of(lambda *_: "x" * 100)

    assert repr(url.request()) == f"<UrlResponse 200: {'x' * 60}…>"
    assert repr(url) == f"<FunctionUrl {url.url}>"
