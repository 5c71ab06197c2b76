"""What AWS recommends for functions."""

from __future__ import annotations

from collections import Counter

from pytest_fakeaws.advice.recommendation import Finding, Found, Rules
from pytest_fakeaws.advice.scene import Scene
from pytest_fakeaws.journal.wording import name, number, short

RULES = Rules()

_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg"


@RULES.rule("recursive-loop", f"{_GUIDE}/invocation-recursion.html")
def _recursive_loop(scene: Scene) -> Found:
    """No function is invoked by what it does."""
    for function, loop in scene.loops.items():
        yield Finding(
            function,
            f"{name(function)} was stopped in a loop: {loop}; break it, or allow it with "
            "PutFunctionRecursionConfig",
        )


@RULES.rule("lost-events", f"{_GUIDE}/invocation-async-retain-records.html")
def _lost_events(scene: Scene) -> Found:
    """A function that gives up asynchronous events has somebody to tell."""
    lost = Counter(fact.function for fact in scene.given_up if not fact.targets)
    for function, count in lost.items():
        yield Finding(
            function,
            f"{name(function)} gave up {number(count, 'asynchronous event')} and told nobody: AWS "
            "recommends a destination for failures or a dead-letter queue",
        )


@RULES.rule("unreachable-target", f"{_GUIDE}/invocation-async-retain-records.html")
def _unreachable_target(scene: Scene) -> Found:
    """What is to be told of asynchronous events can be delivered."""
    dropped = Counter((fact.function, fact.role, fact.target) for fact in scene.unreported)
    reasons = {(fact.function, fact.role, fact.target): fact.reason for fact in scene.unreported}
    for (function, role, target), count in dropped.items():
        why = short(reasons[function, role, target])
        yield Finding(
            function,
            f"{name(function)} could not tell {name(target)} ({role}) of {number(count, 'event')}: {why}",
        )
