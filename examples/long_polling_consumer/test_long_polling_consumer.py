"""Threads of one's own at a queue: in virtual time they need no real second."""

import time

import pytest
from mailroom.consumer import Consumer


class Server:
    """Stands in for the mail server: takes two seconds a mail, and refuses while it is down."""

    def __init__(self):
        self.sent = []
        self.down = False

    def __call__(self, mail):
        time.sleep(2)
        if self.down:
            raise ConnectionRefusedError("the mail server is down")
        self.sent.append(mail)


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def mails(fakeaws):
    return fakeaws.create_queue("mails", visibility_timeout=30)


@pytest.fixture
def consumer(mails, server):
    consumer = Consumer(mails.url, server)
    consumer.start()
    yield consumer
    consumer.stop()


def test_four_workers_send_eight_mails_in_four_seconds(fakeaws, mails, server, consumer):
    """They work at the same time, and nobody sends a mail twice."""
    for number in range(8):
        mails.send(f"mail {number}")
    fakeaws.clock.advance(4)

    assert sorted(server.sent) == [f"mail {number}" for number in range(8)]


def test_a_mail_that_was_refused_is_sent_when_its_visibility_ends(fakeaws, mails, server, consumer):
    """The worker lets it go; half a minute later another one has more luck."""
    server.down = True
    mails.send("hello")
    fakeaws.clock.advance(10)
    server.down = False
    assert mails.in_flight.bodies == ["hello"]

    fakeaws.clock.advance(22)
    assert server.sent == ["hello"]
    assert mails.in_flight.bodies == []


def test_stopping_finishes_what_has_begun_and_takes_nothing_new(fakeaws, mails, server):
    """A mail that is on its way is sent and deleted; one that comes later stays for the next start."""
    consumer = Consumer(mails.url, server)
    consumer.start()
    mails.send("on its way")
    fakeaws.clock.advance(1)

    consumer.stop()
    mails.send("later")
    fakeaws.clock.advance("1 min")

    assert server.sent == ["on its way"]
    assert mails.messages.bodies == ["later"]
    assert mails.in_flight.bodies == []
