"""The consumer: a few tasks at one queue, with aioboto3."""

import asyncio
import contextlib
import json

import aioboto3

TIMEOUT = 10  # seconds for a page


async def crawl(queue_url, fetch, *, tasks=3):
    """Visit pages until cancelled; *fetch* takes a URL and returns the links on its page."""
    async with aioboto3.Session().client("sqs") as sqs:
        await asyncio.gather(*(visit_pages(sqs, queue_url, fetch) for _ in range(tasks)))


async def visit_pages(sqs, queue_url, fetch):
    """Visit one page after the other, for ever."""
    while True:
        polled = await sqs.receive_message(
            QueueUrl=queue_url,
            WaitTimeSeconds=20,
            MaxNumberOfMessages=1,
        )
        for message in polled.get("Messages", []):
            with contextlib.suppress(asyncio.TimeoutError):  # it comes back on its own
                await visit(sqs, queue_url, fetch, json.loads(message["Body"]))
                await sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


async def visit(sqs, queue_url, fetch, page):
    """Visit one page and send on the links that are not too deep."""
    links = await asyncio.wait_for(fetch(page["url"]), TIMEOUT)
    if page["depth"] > 0:
        for link in links:
            body = json.dumps({"url": link, "depth": page["depth"] - 1})
            await sqs.send_message(QueueUrl=queue_url, MessageBody=body)
