"""What pytest-html shows below a test: the picture of what happened. The story it shows by itself.

See https://pytest-html.readthedocs.io/en/latest/user_guide.html#extra-content.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_fakeaws.fake import FakeAWS


def add_picture(report: Any, aws: FakeAWS, html: Callable[[str], Any]) -> None:
    """Add the picture to the report of a test.

    Args:
        report: That of the test.
        aws: The fake that it used.
        html: pytest-html's function that makes an extra of HTML.
    """
    drawing = base64.b64encode(aws.picture(title=report.nodeid).svg().encode()).decode()
    # An image keeps the drawing's style to itself.
    image = f'<img alt="What happened" src="data:image/svg+xml;base64,{drawing}">'
    report.extras = [*getattr(report, "extras", ()), html(image)]
