"""Tasks of asyncio at a queue: they work at the same time, in virtual time."""

import asyncio
import json

import pytest

pytest.importorskip("aioboto3")
from crawler import consumer

PAGES = {
    "/": ["/a", "/b", "/c"],
    "/a": ["/a/1"],
    "/b": [],
    "/c": ["/"],
    "/a/1": ["/a/1/x"],
}


@pytest.fixture
def pages(fakeaws):
    """The queue, with the first page on it."""
    queue = fakeaws.create_queue("pages", dead_letter_queue=True, visibility_timeout=30)
    queue.send(json.dumps({"url": "/", "depth": 2}))
    return queue


def crawled(fakeaws, queue, fetch, seconds):
    """Crawl for some virtual seconds."""

    async def run():
        crawling = asyncio.create_task(consumer.crawl(queue.url, fetch))
        await fakeaws.clock.advance_async(seconds)
        crawling.cancel()
        await asyncio.gather(crawling, return_exceptions=True)

    asyncio.run(run())


def test_three_tasks_visit_three_pages_at_the_same_time(fakeaws, pages):
    """Two seconds for the first page, two for its three links, two for what is behind those."""
    visits = []

    async def fetch(url):
        await asyncio.sleep(2)
        visits.append((fakeaws.clock.now().second, url))
        return PAGES[url]

    crawled(fakeaws, pages, fetch, 6)

    assert sorted(visits) == [(2, "/"), (4, "/a"), (4, "/b"), (4, "/c"), (6, "/"), (6, "/a/1")]
    assert pages.messages.bodies == pages.in_flight.bodies == []


def test_a_page_that_never_answers_is_given_up_after_three_attempts(fakeaws, pages):
    """Each takes its ten seconds; then the page waits out its visibility, and holds nobody up."""
    attempts = []

    async def fetch(url):
        if url == "/b":
            attempts.append(fakeaws.clock.now().second)
            await asyncio.sleep(3600)
        return PAGES[url]

    crawled(fakeaws, pages, fetch, 120)

    assert len(attempts) == 3
    assert [json.loads(body)["url"] for body in pages.dead_letters.bodies] == ["/b"]
