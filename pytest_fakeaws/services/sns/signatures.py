"""Signatures: how SNS shows that a message comes from it.

The key is a fiction that anybody can compute, and so no secret: its primes are the first two that follow
numbers made of the texts below. So the same program gets the same signatures in every run, without a search
for primes and without a key in this file. It is made when something is first signed, by `cryptography`,
which the extra `signatures` brings; without it messages carry `PLACEHOLDER`.

See https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cache
from typing import TYPE_CHECKING

from pytest_fakeaws.errors import FakeAWSError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]
"""Which members of a message are signed, by its type; one that a message lacks is left out."""

DIGESTS = {"1": "SHA1", "2": "SHA256"}
"""What is signed of a text, by signature version."""

PLACEHOLDER = base64.b64encode(
    b"No signature: pytest-fakeaws signs with the extra pytest-fakeaws[signatures]."
).decode()
"""What stands for a signature where `cryptography` is not installed."""

CERTIFICATE_NAME = (
    f"SimpleNotificationService-{hashlib.sha256(b'pytest-fakeaws').hexdigest()[:32]}.pem"
)
"""The file that messages name in `SigningCertURL`."""

_EXPONENT = 65_537
_PRIMES = (
    ("pytest-fakeaws: the first prime of the key that SNS signs with", 984),
    ("pytest-fakeaws: the second prime of the key that SNS signs with", 210),
)
"""Texts, and how far behind each one's number the next fitting prime is."""


class CannotSign(FakeAWSError, ImportError):
    """The package that makes keys and certificates is not installed."""


def signature(members: Mapping[str, str], version: str, service_url: str) -> dict[str, str]:
    """The members that sign a message.

    Args:
        members: What else it says, with its type.
        version: The topic's signature version.
        service_url: Where SNS is found in the topic's region; ends in a slash.
    """
    return {
        "SignatureVersion": version,
        "Signature": sign(members, version),
        "SigningCertURL": f"{service_url}{CERTIFICATE_NAME}",
    }


def text_to_sign(members: Mapping[str, str]) -> bytes:
    r"""What of a message is signed.

    Example:
        >>> text_to_sign({"Type": "Notification", "MessageId": "1", "Message": "hello"})
        b'Message\nhello\nMessageId\n1\nType\nNotification\n'
    """
    names = (name for name in _SIGNED[members["Type"]] if members.get(name) is not None)
    return "".join(f"{name}\n{members[name]}\n" for name in names).encode()


def sign(members: Mapping[str, str], version: str) -> str:
    """The signature of a message, as text."""
    try:
        key = _key()
    except CannotSign:
        return PLACEHOLDER
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - an extra's
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415

    digest = getattr(hashes, DIGESTS[version])()
    return base64.b64encode(key.sign(text_to_sign(members), PKCS1v15(), digest)).decode()


@cache
def certificate() -> bytes:
    """The certificate of the key, signed by itself, as PEM.

    Raises:
        CannotSign: `cryptography` is not installed.
    """
    key = _key()
    from cryptography import x509  # noqa: PLC0415 - an extra's
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(1970, 1, 1, tzinfo=timezone.utc))
        .not_valid_after(datetime(9999, 12, 31, tzinfo=timezone.utc))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@cache
def _key() -> RSAPrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - an extra's
    except ImportError:
        raise CannotSign(
            "Messages of SNS cannot be signed.",
            "The package cryptography is not installed.",
            "Install pytest-fakeaws[signatures], or do not verify signatures in this test.",
        ) from None
    p, q = (_number(text) + distance for text, distance in _PRIMES)
    private = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p,
        q,
        private,
        rsa.rsa_crt_dmp1(private, p),
        rsa.rsa_crt_dmq1(private, q),
        rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(_EXPONENT, p * q),
    ).private_key()


def _number(text: str) -> int:
    """A number of 1,024 bits, of which the two highest and the lowest are set."""
    digest = hashlib.shake_256(text.encode()).digest(128)
    return int.from_bytes(digest, "big") | 0b11 << 1_022 | 1
