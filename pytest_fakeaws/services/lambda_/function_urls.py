"""Function URLs: HTTP requests in, HTTP responses out.

See https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any, NamedTuple

from pytest_fakeaws.services.lambda_ import cors, limits, url_responses
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.http_messages import HttpRequest, HttpResponse
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest
from pytest_fakeaws.services.lambda_.url_events import event_of
from pytest_fakeaws.services.policies import Request, context_of, permits
from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.sim.instants import SECOND

KIND = "FunctionUrlConfig"
"""Under which kind a function keeps the configurations of its URLs."""


class FunctionUrl(NamedTuple):
    """One URL.

    Attributes:
        function: The function, at its latest version.
        qualifier: The alias that it leads to, if it does.
        config: Its configuration.
    """

    function: Function
    qualifier: str | None
    config: Mapping[str, Any]

    @property
    def domain(self) -> str:
        """Its domain."""
        return str(self.config["FunctionUrl"]).removeprefix("https://").rstrip("/")

    @property
    def arn(self) -> str:
        """What it leads to."""
        return str(self.config["FunctionArn"])


def find_url(directory: FunctionDirectory, domain: str) -> FunctionUrl | None:
    """The URL with this domain, a port after it or not, if there is one."""
    wanted = domain.partition(":")[0].lower()
    for function in directory:
        for (kind, qualifier), config in function.stored.items():
            url = FunctionUrl(function, qualifier, config)
            if kind == KIND and url.domain == wanted:
                return url
    return None


def respond(directory: FunctionDirectory, domain: str, request: HttpRequest) -> HttpResponse:
    """Answer a request to a function URL; the function runs, in virtual time, before this returns.

    Args:
        directory: Where functions are.
        domain: What the request has as its `Host`.
        request: The request; it must name who has signed it.
    """
    url = find_url(directory, domain)
    if url is None:
        return HttpResponse.of_json(404, {"Message": "Not Found"})
    settings = url.config.get("Cors") or {}
    response = cors.preflight(settings, request)
    request_id = directory.invoker.request_id()
    if response is None:
        response = _answered(directory, url, request, request_id)
        response.headers.update(cors.allowances(settings, request))
    response.headers.update(
        {
            "content-length": str(len(response.body)),
            "date": formatdate(directory.now // SECOND, usegmt=True),
            "x-amzn-requestid": request_id,
        }
    )
    return response


def _answered(
    directory: FunctionDirectory, url: FunctionUrl, request: HttpRequest, request_id: str
) -> HttpResponse:
    signed = url.config["AuthType"] == "AWS_IAM"
    if not signed:
        request = request._replace(caller=None)
    if not _is_allowed(url, request):
        return HttpResponse.of_json(403, {"Message": "Forbidden"})
    if len(request.body) > limits.SYNCHRONOUS_PAYLOAD:
        return HttpResponse.of_json(413, {"Message": "Request Entity Too Large"})
    try:
        return _invoked(directory, url, request, request_id)
    except ServiceError as error:
        return HttpResponse.of_json(
            error.wording().status, {"Message": error.text, **error.members}
        )


def _is_allowed(url: FunctionUrl, request: HttpRequest) -> bool:
    """Whether the policy lets the caller in: the owner always, unless it says otherwise, others if it says so."""
    auth, caller = str(url.config["AuthType"]), request.caller
    if auth == "AWS_IAM" and caller is None:
        return False
    account = "" if caller is None else caller.account
    policy = url.function.policies.get(url.qualifier)
    context = {
        **(context_of(account) if caller is not None else {}),
        "lambda:functionurlauthtype": auth,
        "lambda:invokedviafunctionurl": "true",
    }
    asked = Request(account, "lambda:InvokeFunctionUrl", url.arn, context)
    return permits(policy.text if policy else None, url.function.place.account, asked)


def _invoked(
    directory: FunctionDirectory, url: FunctionUrl, request: HttpRequest, request_id: str
) -> HttpResponse:
    trace = request.headers.get("x-amzn-trace-id") or directory.invoker.traces.begin()
    event = event_of(request, url.domain, request_id, directory.now, trace)
    target = directory.target(url.function.place, url.function.arn, url.qualifier)
    asked = InvocationRequest(target.function, event, json.dumps(event))
    asked.request_id, asked.arn, asked.causes = request_id, target.arn, (trace,)
    outcome = directory.invoker.call(asked).outcome
    assert outcome is not None
    if outcome.error is not None:
        return url_responses.failed()
    if url.config.get("InvokeMode") == "RESPONSE_STREAM":
        return url_responses.streamed(outcome.payload)
    return url_responses.buffered(outcome.payload)
