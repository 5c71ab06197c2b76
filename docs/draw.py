"""Draws the picture of the README: the failing test of its first screen.

python docs/draw.py
"""

from __future__ import annotations

import re
from pathlib import Path

from pytest_fakeaws import FakeAWS

README = Path(__file__).parent.parent / "README.md"
PICTURE = Path(__file__).with_name("poison_order.svg")


def drawn() -> str:
    """The picture, as SVG."""
    code = re.search(r"^```python\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)
    assert code is not None
    with FakeAWS() as aws:
        module: dict[str, object] = {}
        exec(compile(code[1], "test_orders.py", "exec"), module)  # noqa: S102 - our own README
        module["test_poison_order_is_dead_lettered"](aws)  # type: ignore[operator]
        return aws.picture(title="A poison order is dead-lettered").svg()


if __name__ == "__main__":
    PICTURE.write_text(drawn())
