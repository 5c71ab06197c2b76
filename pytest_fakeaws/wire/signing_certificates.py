"""The certificates by which the receivers of SNS's messages verify them."""

from __future__ import annotations

import re

from pytest_fakeaws.services.sns.signatures import CERTIFICATE_NAME, CannotSign, certificate
from pytest_fakeaws.wire.pages import Page

_ADDRESS = re.compile(
    rf"https?://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/{re.escape(CERTIFICATE_NAME)}"
)
_NOT_FOUND = 404


def signing_certificate(url: str) -> Page | None:
    """The certificate, for what a message names as its `SigningCertURL`, in any region."""
    if not _ADDRESS.fullmatch(url):
        return None
    try:
        return Page(certificate(), "application/x-pem-file")
    except CannotSign as error:
        return Page(str(error).encode(), status=_NOT_FOUND)
