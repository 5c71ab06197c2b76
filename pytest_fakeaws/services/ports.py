"""How services meet the world and each other: by protocol, never by import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.sim.instants import Duration, Instant

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: bool) -> Callable[[type], type]:
        """Tell type checkers, and nobody else."""
        return lambda kind: kind


Parameters: TypeAlias = Mapping[str, Any]
"""What a client passed, by AWS's names."""

Result: TypeAlias = dict[str, Any]
"""What an operation answers, by AWS's names."""

REQUEST_ID = "$RequestId"
"""Where a result says which id its call has, if that is not just anyone."""

TRACE_HEADER = "$TraceHeader"
"""Where the parameters of a call have the trace header that came with it, if one did."""

Operation: TypeAlias = Callable[[Place, Parameters], Result]
"""An operation of AWS: who calls, with what, gets what."""


class Wording(NamedTuple):
    """How AWS puts an error.

    Attributes:
        code: `Error.Code`.
        text: `Error.Message`, with the error's fields in braces.
        status: The HTTP status.
        query_code: The modelled name, where a service keeps an older code for compatibility.
        fault: Whose fault it is, `Sender` or `Receiver`; `None` where the service does not say.
    """

    code: str
    text: str
    status: int = 400
    query_code: str | None = None
    fault: str | None = None


@dataclass_transform(eq_default=False)
class ServiceError(Exception):
    """An error that AWS answers. Subclasses are values with fields; their service words them.

    Fields are the annotations of a subclass, as those of a dataclass are. It is none, because to make
    dataclasses of all errors of a service takes most of the time in which the service is imported.

    Raises:
        TypeError: A field has no value, or a value no field.
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = type(self).__annotations__
        given = {**dict(zip(fields, values, strict=False)), **named}
        if len(given) != len(values) + len(named) or given.keys() != fields.keys():
            raise TypeError(f"{type(self).__name__} has the fields {', '.join(fields) or 'none'}.")
        vars(self).update(given)

    def __repr__(self) -> str:
        fields = (f"{name}={getattr(self, name)!r}" for name in type(self).__annotations__)
        return f"{type(self).__name__}({', '.join(fields)})"

    def wording(self) -> Wording:
        """How AWS puts it, from the service's table."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """The message as AWS words it for these fields."""
        return self.wording().text.format_map(vars(self))

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {}

    def __str__(self) -> str:
        return f"{self.wording().code}: {self.text}"


class PolledMessage(NamedTuple):
    """A message as an event source mapping gets it.

    Attributes:
        message_id: Its id.
        receive_count: How often it has been received, this time included.
        write: Writes it as a record of the function's event, a new one each time.
        size: Bytes of its body and attributes.
        trace_header: The trace header that it carries, if it does.
        group: The group that it is locked with, in a FIFO queue.
        ticket: By what its queue knows it, and this receive of it.
    """

    message_id: str
    receive_count: int
    write: Callable[[], dict[str, Any]]
    size: int
    trace_header: str | None
    group: str | None
    ticket: tuple[int, int]


class PollableQueue(Protocol):
    """A queue, as an event source mapping sees it."""

    @property
    def arn(self) -> str:
        """Its ARN."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def exists(self) -> bool:
        """Whether it has not been deleted."""

    @property
    def fifo(self) -> bool:
        """Whether it is a FIFO queue."""

    @property
    def has_messages(self) -> bool:
        """Whether a message waits in it."""

    @property
    def visibility_timeout(self) -> Duration:
        """How long a received message stays hidden."""

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* once, the next time a message becomes available."""

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* after all."""

    def poll(self, maximum: int, visibility: Duration) -> Sequence[PolledMessage]:
        """Receive up to *maximum* messages, without waiting, and hide them for *visibility*."""

    def delete_polled(self, messages: Iterable[PolledMessage]) -> None:
        """Delete messages, but for those that have come back since they were received."""


class Sender(Protocol):
    """Sends to a service's resources what another service has for them."""

    def __call__(
        self,
        sender: Place,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
        trace_header: str | None = None,
        source: str = "",
    ) -> None:
        """Send *body* to the resource with this ARN, for somebody who lives at *sender*.

        Args:
            sender: Who sends.
            arn: To what.
            body: What.
            attributes: Message attributes.
            trace_header: The trace header that came with it.
            source: The ARN of the resource for which a service sends, if it sends as itself.

        Raises:
            ServiceError: It cannot be delivered.
        """


class QueueCourier(Protocol):
    """Delivers to queues, and lets many share what it has packed once."""

    def pack(
        self,
        body: str,
        *,
        attributes: Mapping[str, Mapping[str, Any]] | None = None,
        trace_header: str | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
    ) -> Any:
        """What can be delivered to any number of queues.

        Raises:
            ServiceError: No queue takes such a message.
        """

    def pack_later(
        self,
        write: Callable[[str], str],
        *,
        excerpt: str,
        at_most: int,
        trace_header: str | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
    ) -> Callable[[str], Any]:
        """What makes the same for each recipient, of a body that is written when somebody first reads it.

        Args:
            write: Writes the body for a recipient.
            excerpt: The beginning of what it says.
            at_most: Bytes that the body certainly does not exceed.
            trace_header: The system attribute `AWSTraceHeader`.
            group: The `MessageGroupId`.
            deduplication_id: The `MessageDeduplicationId`.
        """

    def deliver(self, sender: Place, arn: str, packed: Any, source: str = "") -> None:
        """Send what was packed to the queue with this ARN, for somebody who lives at *sender*.

        Args:
            sender: Who sends.
            arn: To what.
            packed: What.
            source: The ARN of the resource for which a service sends, if it sends as itself.

        Raises:
            ServiceError: It cannot be delivered.
        """


Senders: TypeAlias = Mapping[str, Sender]
"""By service, as ARNs name it."""

QueueFinder: TypeAlias = Callable[[str], PollableQueue | None]
"""Finds a queue by its ARN."""

PollPermission: TypeAlias = Callable[[Place, str, str], bool]
"""Whether somebody who lives at a place may carry out an operation on the queue with an ARN."""


class ObjectUnavailable(Exception):
    """An object of S3 could not be read.

    Args:
        code: S3's code for why.
        reason: S3's message.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class LogEvent(NamedTuple):
    """One event of a log stream.

    Attributes:
        at: When it was written.
        message: Its text, line breaks included.
    """

    at: Instant
    message: str


class Log(Protocol):
    """What one writer adds to a log stream; its events are made when somebody reads them."""

    @property
    def complete(self) -> bool:
        """Whether nothing will be added to it any more."""

    def events(self) -> Sequence[LogEvent]:
        """Its events so far, oldest first."""


class LogStream(Protocol):
    """A stream of a log group, as its writers see it."""

    def append(self, log: Log) -> None:
        """Let *log* follow what is there."""


LogStreamOpener: TypeAlias = Callable[[Place, str, str], LogStream]
"""Opens a new stream: at a place, in a group, with a name."""


class SharedService(NamedTuple):
    """A service of which some resources are simulated here, and all others are somebody else's.

    Attributes:
        claims: Whether a call by *caller*, of an operation by name, with *parameters*, is about resources
            of ours; others go on to whoever fakes the service.
        additions: What is added to the answers of others: by operation, changes the answer it is given.
    """

    claims: Callable[[Place, str, Parameters], bool]
    additions: Mapping[str, Callable[[Place, Parameters, Result], None]]


ObjectReader: TypeAlias = Callable[[Place, str, str, "str | None"], bytes]
"""Reads an object of S3 for a caller: by bucket, key and version. Raises `ObjectUnavailable`."""

Clock: TypeAlias = Callable[[], Instant]
"""Reads virtual time."""
