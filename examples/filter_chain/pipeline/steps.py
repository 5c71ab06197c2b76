"""The steps. Which of them gets a document, the topic's filter policies decide."""

import json
import os

import boto3

sns = boto3.client("sns")

FILTERS = {
    "scan": {"next": ["scan"]},
    "translate": {"next": ["translate"], "language": [{"anything-but": "en"}]},
    "file": {"$or": [{"next": ["file"]}, {"next": ["translate"], "language": ["en"]}]},
}
"""The filter policy of each function's subscription: what is English goes past the translator."""

filed = {}


def send(document, step):
    """Send a document to a step."""
    attributes = {"next": step, "language": document.get("language", "unknown")}
    sns.publish(
        TopicArn=os.environ["DOCUMENTS_TOPIC_ARN"],
        Message=json.dumps(document),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )


def documents(event):
    """The documents of an event."""
    return [json.loads(record["Sns"]["Message"]) for record in event["Records"]]


def scan(event, context):
    """Read the text, and see which language it is in."""
    for document in documents(event):
        words = document["picture"].split()
        language = "de" if {"der", "die", "das", "und"} & set(words) else "en"
        send({**document, "text": " ".join(words), "language": language}, "translate")


def translate(event, context):
    """Put the text into English."""
    for document in documents(event):
        text = " ".join(
            {"und": "and", "das": "the"}.get(word, word) for word in document["text"].split()
        )
        send({**document, "text": text, "language": "en", "translated": True}, "file")


def file(event, context):
    """Keep the document: the last step, which sends nothing on."""
    for document in documents(event):
        filed[document["id"]] = document["text"]
