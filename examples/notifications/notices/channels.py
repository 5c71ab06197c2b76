"""The channels: each has its own queue, its own worker and its own gateway."""

import json

from notices import outgoing

CHANNELS = ("email", "sms", "push")


class Gateways:
    """Where notices leave the house."""

    def email(self, to, text):
        """Send mail."""

    def sms(self, to, text):
        """Send a text message."""

    def push(self, to, text):
        """Send a push notification."""


gateways = Gateways()


def worker(channel):
    """The function that works for a channel."""

    def handler(event, context):
        for record in event["Records"]:
            notice = json.loads(record["body"])
            state = outgoing.states[notice["number"]]
            state[channel] = "sending"
            getattr(gateways, channel)(notice["to"], notice["text"])
            state[channel] = "sent"

    handler.__name__ = f"{channel}_worker"
    return handler


def undelivered(channel):
    """The function behind a channel's dead-letter queue."""

    def handler(event, context):
        for record in event["Records"]:
            outgoing.states[json.loads(record["body"])["number"]][channel] = "failed"

    return handler
