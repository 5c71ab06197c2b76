"""What a wiring is made of, and what can be wrong with it."""

from dataclasses import dataclass, field


class BadWiring(Exception):
    """Something is declared that cannot work."""


@dataclass(frozen=True)
class Queue:
    """A queue; what is handled too often in vain goes to a queue called `<name>-dlq`."""

    name: str
    visibility_timeout: int = 30
    receives: int = 5


@dataclass(frozen=True)
class Topic:
    """A topic."""

    name: str


@dataclass(frozen=True)
class Function:
    """A function, by the dotted name of its handler."""

    name: str
    handler: str
    timeout: int = 3


@dataclass(frozen=True)
class Subscription:
    """Who hears of what is published to a topic; *allowed*: whether the queue lets SNS in."""

    topic: Topic
    queue: Queue
    allowed: bool = True


@dataclass(frozen=True)
class Trigger:
    """Which function handles what is in a queue."""

    queue: Queue
    function: Function


@dataclass(frozen=True)
class Wiring:
    """All of it."""

    subscriptions: list = field(default_factory=list)
    triggers: list = field(default_factory=list)

    def check(self):
        """Refuse what would be an error only once it is deployed, or no error but silence."""
        for subscription in self.subscriptions:
            _expect(subscription.topic, Topic, "subscribes")
            _expect(subscription.queue, Queue, "is subscribed")
        for trigger in self.triggers:
            _expect(trigger.queue, Queue, "is polled")
            _expect(trigger.function, Function, "is invoked")


def _expect(part, kind, role):
    if not isinstance(part, kind):
        raise BadWiring(f"{part} {role}, where a {kind.__name__.lower()} belongs")
