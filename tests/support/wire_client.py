"""Clients whose calls go through the front door: as bytes, signed, and read by botocore's own parsers."""

import io

import boto3
from botocore.awsrequest import AWSResponse

from pytest_fakeaws.wire.front_door import FrontDoor
from pytest_fakeaws.wire.protocols.http import Request


class Raw(io.BytesIO):
    """What botocore asks of a connection."""

    def stream(self, *_, **__):
        """All of it."""
        yield self.read()


def front_door(fake):
    """The front door of a fake."""
    return FrontDoor(lambda: fake._dispatch, fake._callers.place_of)


def request_of(prepared):
    """What a client of botocore's would send."""
    headers = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in prepared.headers.items()
    }
    body = prepared.body or b""
    body = body.read() if hasattr(body, "read") else body
    body = body.encode() if isinstance(body, str) else bytes(body)
    return Request(prepared.method, prepared.url, headers, body)


def over_the_wire(client, fake, seen=lambda request, response: None):
    """Let *client* send its requests to the front door of *fake*, and show each with its response."""
    door = front_door(fake)

    def call(model, params, **_):
        return client._endpoint.make_request(model, params)

    def send(request, **_):
        sent = request_of(request)
        response = door.answer(sent)
        seen(sent, response)
        return AWSResponse(request.url, response.status, response.headers, Raw(response.body))

    client.meta.events.register("before-call", call)
    client.meta.events.register_last("before-send", send)
    return client


def wire_client(fake, service, **options):
    """A client of a service that sends its requests to the front door."""
    return over_the_wire(boto3.client(service, **options), fake)
