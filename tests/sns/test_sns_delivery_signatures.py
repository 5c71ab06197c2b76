"""The signatures of SNS's messages, and where their certificate is found."""

from __future__ import annotations

import base64
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from moto import mock_aws

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.services.sns import signatures
from pytest_fakeaws.services.sns.signatures import PLACEHOLDER, signature

_SERVICE = "https://sns.eu-west-1.amazonaws.com/"
_NOTIFICATION = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
_CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]


def fetched(url):
    """What is found at *url*."""
    with urllib.request.urlopen(url) as response:
        return response.read()


def is_genuine(message, fetch=fetched):
    """Whether the key of the certificate that *message* names has signed it."""
    names = _NOTIFICATION if message["Type"] == "Notification" else _CONFIRMATION
    signed = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    key = x509.load_pem_x509_certificate(fetch(message["SigningCertURL"])).public_key()
    digest = {"1": SHA1, "2": SHA256}[message["SignatureVersion"]]()
    try:
        key.verify(base64.b64decode(message["Signature"]), signed.encode(), PKCS1v15(), digest)
    except InvalidSignature:
        return False
    return True


@pytest.fixture
def active():
    """A fake, for what is fetched only while one is active."""
    with FakeAWS(host_time="off") as aws:
        yield aws


def message(kind="Notification", version="1", **members):
    """A signed message."""
    told = {
        "Type": kind,
        "MessageId": "da41e39f-ea4d-435a-b922-c6aae3915ebe",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
        "Message": "Käse für 3 €",
        "Timestamp": "2030-01-01T00:00:00.000Z",
        **members,
    }
    return {**told, **signature(told, version, _SERVICE)}


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("Notification", {}),
        ("Notification", {"Subject": "Käse"}),
        ("SubscriptionConfirmation", {"SubscribeURL": _SERVICE, "Token": "2336412f37"}),
        ("UnsubscribeConfirmation", {"SubscribeURL": _SERVICE, "Token": "2336412f37"}),
    ],
)
def test_a_receiver_can_verify_each_kind_of_message(active, version, kind, members):
    """With both signature versions, and the certificate from where the message says it is."""
    assert is_genuine(message(kind, version, **members))


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("member", ["Message", "MessageId", "Subject", "Timestamp", "TopicArn"])
def test_a_message_that_was_changed_is_no_longer_genuine(active, version, member):
    """Whatever of it was."""
    assert not is_genuine({**message(version=version, Subject="a"), member: "changed"})


@pytest.mark.slow
def test_a_published_library_verifies_our_messages(active):
    """django-ses does, with requests."""
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    utils = pytest.importorskip("django_ses.utils")
    utils.clear_cert_cache()
    genuine = message(Subject="a")
    assert utils.verify_event_message(genuine)
    assert not utils.verify_event_message({**genuine, "Message": "changed"})


@pytest.mark.parametrize(
    "fetch",
    [
        lambda url: urllib.request.urlopen(url).read(),
        lambda url: urllib.request.urlopen(urllib.request.Request(url), timeout=1).read(),
        lambda url: requests.get(url, timeout=1).content,
        lambda url: urllib3.PoolManager().request("GET", url).data,
        lambda url: urllib3.request("GET", url, preload_content=False).read(),
    ],
)
def test_the_certificate_is_found_by_any_of_the_usual_libraries(active, fetch):
    """With nothing leaving the process."""
    certificate = x509.load_pem_x509_certificate(fetch(message()["SigningCertURL"]))
    assert certificate.subject.rfc4514_string() == "CN=sns.amazonaws.com"
    certificate.verify_directly_issued_by(certificate)


@pytest.mark.slow
def test_the_certificate_is_ours_beside_moto(active):
    """Which stands in for AWS where requests are sent."""
    with mock_aws():
        told = requests.get(message()["SigningCertURL"], timeout=1)
    assert x509.load_pem_x509_certificate(told.content).serial_number == 1
    assert (told.status_code, told.headers["Content-Type"]) == (200, "application/x-pem-file")


def test_other_addresses_are_not_ours(active, no_network):
    """They go where they would."""
    with pytest.raises(pytest.fail.Exception, match="about to reach"):
        urllib.request.urlopen("http://sns.us-east-1.amazonaws.com.example/a.pem")


def test_without_a_fake_the_certificate_is_not_ours(no_network):
    """The libraries are left as they were."""
    opened = urllib.request.OpenerDirector.open
    with FakeAWS(host_time="off"):
        assert urllib.request.OpenerDirector.open is not opened
    assert urllib.request.OpenerDirector.open is opened
    with pytest.raises(pytest.fail.Exception, match="about to reach"):
        urllib.request.urlopen(message()["SigningCertURL"])


def test_a_signature_is_the_same_in_every_run():
    """The key is computed, not drawn, so that the same program has the same journal."""
    program = (
        "from pytest_fakeaws.services.sns.signatures import sign;"
        "print(sign({'Type': 'Notification', 'Message': 'hello'}, '1'))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == signatures.sign({"Type": "Notification", "Message": "hello"}, "1")


@pytest.fixture
def without_cryptography(monkeypatch):
    """An interpreter that does not have it."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    for made in (signatures._key, signatures.certificate):
        made.cache_clear()
    yield
    for made in (signatures._key, signatures.certificate):
        made.cache_clear()


def test_without_cryptography_a_placeholder_says_so(without_cryptography):
    """In the form of a signature, so that a parser is content."""
    assert message()["Signature"] == PLACEHOLDER
    assert b"pytest-fakeaws[signatures]" in base64.b64decode(PLACEHOLDER)


def test_without_cryptography_the_certificate_is_not_found(active, without_cryptography):
    """And the answer says what to install."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(message()["SigningCertURL"])
    assert refused.value.code == 404
    assert b"pytest-fakeaws[signatures]" in refused.value.read()
