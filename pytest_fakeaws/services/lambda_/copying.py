"""Streams that also write to a log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from pytest_fakeaws.services.lambda_.log import InvocationLog


class Copying:
    """A text stream that also writes to a log, while there is one, and is otherwise the stream itself.

    Args:
        stream: The stream.
        log: The log.
    """

    def __init__(self, stream: TextIO, log: InvocationLog | None = None) -> None:
        self.stream = stream
        self.log = log

    def write(self, text: str) -> int:
        """Write *text* to both."""
        if self.log is not None:
            self.log.write(text)
        return self.stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write *lines* to both."""
        for line in lines:
            self.write(line)

    @property
    def buffer(self) -> _Bytes:
        """The same for bytes."""
        return _Bytes(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class _Bytes:
    """The bytes below such a stream."""

    def __init__(self, text: Copying) -> None:
        self._text = text

    def write(self, content: bytes) -> int:
        if self._text.log is not None:
            self._text.log.write(bytes(content).decode(errors="replace"))
        return self._text.stream.buffer.write(content)

    def writelines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._text.stream.buffer, name)


class Outputs:
    """The host's streams for output and errors, and those that stand in for them.

    Args:
        out: The host's stream for output.
        err: Its stream for errors.

    Attributes:
        host: Both.
        copying: What stands in for them.
        streams: The same, as streams.
    """

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self.host = out, err
        self.copying = Copying(out), Copying(err)
        self.streams = cast(tuple[TextIO, TextIO], self.copying)
