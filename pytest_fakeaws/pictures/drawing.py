"""A picture that can be drawn, in each of the forms there are."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from pytest_fakeaws.errors import UnknownOption
from pytest_fakeaws.pictures.mermaid import mermaid
from pytest_fakeaws.pictures.page import page
from pytest_fakeaws.pictures.picture import Picture
from pytest_fakeaws.pictures.svg import svg


class Drawing:
    """What happened, as a picture.

    Example:
        >>> fakeaws.picture().save("orders.svg")  # doctest: +SKIP

    Args:
        picture: What it shows.
    """

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    def svg(self, *, most: int = 200) -> str:
        """As SVG, which follows the reader's choice of dark or light.

        Args:
            most: How many lines it has at the most; the oldest go first.
        """
        return svg(self.picture, most=most)

    def mermaid(self, *, most: int = 100) -> str:
        """As a sequence diagram of Mermaid, for a README or a pull request.

        Args:
            most: How many lines it has at the most; the oldest go first.
        """
        return mermaid(self.picture, most=most)

    def html(self) -> str:
        """As one page of HTML that needs nothing else, with all lines and all that is known of them."""
        return page(self.picture)

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to a file.

        Args:
            path: Its ending says in which form: `.svg`, `.html`, or `.mmd` for Mermaid.

        Raises:
            UnknownOption: It has another ending.
        """
        target = Path(path)
        forms = {".svg": self.svg, ".html": self.html, ".mmd": self.mermaid}
        if target.suffix not in forms:
            raise UnknownOption(
                f"A picture cannot be saved as {target.name}.",
                f"The ending says in which form: {', '.join(forms)}.",
                "Choose one of these.",
            )
        target.write_text(forms[target.suffix](), encoding="utf-8")
