"""The facts a journal can hold: a closed vocabulary in the past tense.

Facts are plain values. The journal adds when each was recorded and what caused it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeAlias, TypeVar, get_args

from pytest_fakeaws.sim.instants import Duration, Instant

_Kind = TypeVar("_Kind", bound=NamedTuple)


class CallAnswered(NamedTuple):
    """An attempt at an API call reached the fake and got its answer, or lost its connection."""

    service: str
    operation: str
    error: str | None
    """AWS's error code, how the connection broke, or `None` for success."""
    attempt: int = 1
    """Over one for those that the client made anew by itself."""


class CallRefused(NamedTuple):
    """An API call of a process that had ended: it took no effect."""

    service: str
    operation: str
    process: str


class QueueCreated(NamedTuple):
    """A queue came into being."""

    queue: str


class QueueDeleted(NamedTuple):
    """A queue and all messages in it are gone."""

    queue: str


class QueuePurged(NamedTuple):
    """All messages of a queue were deleted at once."""

    queue: str
    messages: int


class MessageSent(NamedTuple):
    """A queue accepted a message."""

    queue: str
    message_id: str
    excerpt: str
    """The beginning of the body."""
    visible_at: Instant
    size: int = 0
    """Bytes of body and attributes; 0 if nobody has read yet what another service has sent."""


class MessageReceived(NamedTuple):
    """A consumer was given a message; nobody else is, until `hidden_until`."""

    queue: str
    message_id: str
    receive_count: int
    hidden_until: Instant
    size: int = 0
    """Bytes of body and attributes."""


class MessageDeleted(NamedTuple):
    """A consumer was done with a message."""

    queue: str
    message_id: str


class VisibilityChanged(NamedTuple):
    """A consumer asked for a message in flight to stay hidden longer, or shorter."""

    queue: str
    message_id: str
    hidden_until: Instant


class MessageDeadLettered(NamedTuple):
    """A message went to the dead-letter queue by the receive that would have been one too many."""

    queue: str
    message_id: str
    dead_letter_queue: str
    receive_count: int
    max_receive_count: int


class MessageDeduplicated(NamedTuple):
    """A FIFO queue was sent a message that it had been sent before, and kept the earlier one only."""

    queue: str
    message_id: str
    """The earlier one's."""
    deduplication_id: str


class MessageMoved(NamedTuple):
    """A move task took a message out of a dead-letter queue; elsewhere it is a new one."""

    queue: str
    message_id: str
    destination: str
    new_message_id: str


class MoveTaskStarted(NamedTuple):
    """A move task began to empty a dead-letter queue."""

    queue: str
    destination: str | None
    messages: int


class MoveTaskEnded(NamedTuple):
    """A move task is over."""

    queue: str
    status: str
    moved: int


class MessageExpired(NamedTuple):
    """A message reached its queue's retention period; it was noticed when the queue was next used."""

    queue: str
    message_id: str
    expired_at: Instant


class TopicCreated(NamedTuple):
    """A topic came into being."""

    topic: str


class TopicDeleted(NamedTuple):
    """A topic and all its subscriptions are gone."""

    topic: str


class SubscriptionCreated(NamedTuple):
    """Somebody subscribed to a topic."""

    topic: str
    subscription: str
    protocol: str
    endpoint: str
    confirmed: bool


class SubscriptionConfirmed(NamedTuple):
    """The owner of an endpoint agreed to a subscription."""

    topic: str
    subscription: str
    endpoint: str


class SubscriptionDeleted(NamedTuple):
    """A subscription is gone."""

    topic: str
    subscription: str
    endpoint: str


class NotificationPublished(NamedTuple):
    """Somebody published to a topic, or to one endpoint or phone number; deliveries follow from it."""

    topic: str
    notification_id: str
    excerpt: str
    """The beginning of the message."""


class NotificationDelivered(NamedTuple):
    """An endpoint took a notification."""

    topic: str
    notification_id: str
    subscription: str
    endpoint: str


class NotificationFiltered(NamedTuple):
    """A subscription's filter policy kept a notification from it."""

    topic: str
    notification_id: str
    subscription: str
    endpoint: str
    reason: object
    """What to tell of it, as text: put into words only when it is read."""


class NotificationDeduplicated(NamedTuple):
    """A FIFO topic was sent what it was sent within the last five minutes: it goes nowhere again."""

    topic: str
    notification_id: str
    """Of the first one."""
    deduplication_id: str


class ReplayStarted(NamedTuple):
    """A FIFO topic replays its archive to a subscription; deliveries follow from it."""

    topic: str
    subscription: str
    endpoint: str


class ReplayEnded(NamedTuple):
    """A replay is over."""

    topic: str
    subscription: str
    endpoint: str
    status: str
    replayed: int


class DeliveryFailed(NamedTuple):
    """An endpoint did not take a notification; it will be tried again."""

    topic: str
    notification_id: str
    """Empty for a request to confirm, here and below."""
    subscription: str
    endpoint: str
    attempt: int
    attempted_at: Instant
    reason: str
    next_at: Instant


class DeliveryRetried(NamedTuple):
    """An endpoint that was out of reach did not take a notification, time after time."""

    topic: str
    notification_id: str
    subscription: str
    endpoint: str
    first_attempt: int
    attempts: int
    since: Instant
    """When the first of these attempts was made."""
    every: Duration
    reason: str


class DeliveryGivenUp(NamedTuple):
    """A notification is tried no more: an endpoint refused it, or was tried often enough."""

    topic: str
    notification_id: str
    subscription: str
    endpoint: str
    attempts: int
    attempted_at: Instant
    """When the last of them was made."""
    reason: str
    dead_letter_queue: str | None
    """Where it goes instead, if it is not lost for this subscription."""


class DeadLetterLost(NamedTuple):
    """A notification should have gone to a subscription's dead-letter queue, which did not take it."""

    topic: str
    notification_id: str
    subscription: str
    endpoint: str
    dead_letter_queue: str
    reason: str


class FunctionCreated(NamedTuple):
    """A function can be invoked from now on."""

    function: str


class FunctionDeleted(NamedTuple):
    """A function is gone."""

    function: str


class MappingCreated(NamedTuple):
    """An event source mapping came into being."""

    mapping: str
    queue: str
    function: str


class MappingChanged(NamedTuple):
    """An event source mapping has other settings, another function or another state."""

    mapping: str
    queue: str
    function: str
    state: str
    """`Enabled` or `Disabled`."""


class MessageFiltered(NamedTuple):
    """A mapping received a message that none of its filters lets through, and will delete it."""

    queue: str
    message_id: str
    mapping: str
    excerpt: str
    """The beginning of the body."""
    reason: str
    """What the filters want, and what the message has."""


class MappingDeleted(NamedTuple):
    """An event source mapping no longer polls."""

    mapping: str
    queue: str
    function: str


class InvocationStarted(NamedTuple):
    """A handler was called."""

    function: str
    request_id: str
    attempt: int
    message_ids: tuple[str, ...]
    """The messages of the batch, for an invocation by a mapping."""
    payload: str
    """The event, as JSON."""
    mapping: str = ""
    """The event source mapping whose batch it is, if it is one's."""
    log_stream: str = ""
    """Where it logs."""
    memory: int = 128
    """MB that the function has."""


class InvocationSucceeded(NamedTuple):
    """A handler returned."""

    invocation: int
    """The number of the entry that says it started."""
    function: str
    request_id: str
    duration: Duration
    logs: str
    payload: str
    """What it returned, as JSON."""


class InvocationFailed(NamedTuple):
    """A handler raised, ran out of time, or returned what JSON cannot say."""

    invocation: int
    """The number of the entry that says it started."""
    function: str
    request_id: str
    duration: Duration
    logs: str
    payload: str
    """AWS's error document, as JSON."""
    error: BaseException

    def __repr__(self) -> str:
        # An exception of the user's may show an address; the document above says the same without.
        fields = (f"{name}={value!r}" for name, value in zip(self._fields[:-1], self, strict=False))
        return f"InvocationFailed({', '.join(fields)})"


class InvocationThrottled(NamedTuple):
    """A handler was not called: as many invocations ran at once as may."""

    function: str
    request_id: str
    """The event's, for one that was accepted before; else empty."""
    message_ids: tuple[str, ...]
    reason: str


class RecursionStopped(NamedTuple):
    """A handler was not called: the chain of invocations that led here had been through it too often."""

    function: str
    request_id: str
    """The event's, for one that was accepted before; else empty."""
    message_ids: tuple[str, ...]
    invocations: int
    """How often."""


class EventQueued(NamedTuple):
    """Lambda accepted an asynchronous event."""

    function: str
    request_id: str
    excerpt: str
    """The beginning of the payload."""


class EventPostponed(NamedTuple):
    """An asynchronous event will be tried again."""

    function: str
    request_id: str
    until: Instant
    reason: str
    """`failed` or `throttled`."""


class EventGivenUp(NamedTuple):
    """An asynchronous event will not be tried again."""

    function: str
    request_id: str
    condition: str
    """In AWS's words; `FunctionNotFound` if the function is gone."""
    attempts: int
    targets: tuple[str, ...]
    """Who is to be told: nobody, the dead-letter queue, a destination, or both."""


class EventReported(NamedTuple):
    """What became of an asynchronous event went to a dead-letter queue or a destination."""

    function: str
    request_id: str
    role: str
    target: str


class EventUnreported(NamedTuple):
    """It should have gone there, but could not be delivered."""

    function: str
    request_id: str
    role: str
    target: str
    reason: str


class ProcessStarted(NamedTuple):
    """A consumer of the test's was spawned."""

    process: str


TEST_IS_OVER = "the test is over"
"""How a consumer ends that would have gone on."""


class ProcessEnded(NamedTuple):
    """A consumer of the test's is over."""

    process: str
    how: str
    """`returned`, `raised <error>`, `killed` or `TEST_IS_OVER`."""


class BatchItemsReturned(NamedTuple):
    """A mapping left these messages of a batch in the queue: their handling had failed."""

    mapping: str
    request_id: str
    message_ids: tuple[str, ...]
    reason: str


class FaultInjected(NamedTuple):
    """Something was made to go wrong, because the test has asked for it."""

    target: str
    """What it happened to: the ARN of a queue, a topic or a function, a call, or a consumer's name."""
    fault: str
    """What was done to it."""
    message_ids: tuple[str, ...] = ()
    """The ids of what it was about: messages, notifications, asynchronous events."""


Fact: TypeAlias = (
    CallAnswered
    | CallRefused
    | QueueCreated
    | QueueDeleted
    | QueuePurged
    | MessageSent
    | MessageReceived
    | MessageDeleted
    | VisibilityChanged
    | MessageDeadLettered
    | MessageDeduplicated
    | MessageMoved
    | MoveTaskStarted
    | MoveTaskEnded
    | MessageExpired
    | TopicCreated
    | TopicDeleted
    | SubscriptionCreated
    | SubscriptionConfirmed
    | SubscriptionDeleted
    | NotificationPublished
    | NotificationDelivered
    | NotificationFiltered
    | DeliveryFailed
    | DeliveryRetried
    | DeliveryGivenUp
    | DeadLetterLost
    | NotificationDeduplicated
    | ReplayStarted
    | ReplayEnded
    | FunctionCreated
    | FunctionDeleted
    | MappingCreated
    | MappingChanged
    | MappingDeleted
    | MessageFiltered
    | InvocationStarted
    | InvocationSucceeded
    | InvocationFailed
    | InvocationThrottled
    | RecursionStopped
    | EventQueued
    | EventPostponed
    | EventGivenUp
    | EventReported
    | EventUnreported
    | ProcessStarted
    | ProcessEnded
    | BatchItemsReturned
    | FaultInjected
)

KINDS: tuple[type, ...] = get_args(Fact)
"""Every class of facts there is."""

_EXCERPT = 200


def made_of_values(kind: type[_Kind]) -> Callable[[tuple[Any, ...]], _Kind]:
    """Makes facts of a kind out of all their values in a row, in half the time of a call of the kind.

    For the few kinds that there are many of: nothing checks that no value is left out.
    """
    return partial(tuple.__new__, kind)


def excerpt(body: str) -> str:
    """The beginning of *body*, so that a fact never keeps a megabyte alive."""
    return body if len(body) <= _EXCERPT else body[: _EXCERPT - 1] + "…"
