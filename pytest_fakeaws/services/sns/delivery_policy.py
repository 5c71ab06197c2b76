"""Delivery policies: how HTTP/S endpoints are retried, spared and addressed.

A topic's policy gives defaults; a subscription's overrides them part by part. See
https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html#creating-delivery-policy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.backoff import BACKOFFS, waits
from pytest_fakeaws.services.sns.errors import InvalidPolicy
from pytest_fakeaws.services.sns.retries import Phase, Schedule
from pytest_fakeaws.sim.instants import SECOND

Part: TypeAlias = Mapping[str, Any]
"""One of the three parts of a policy, by AWS's names; what is not said, or null, has its default."""

RETRY_DEFAULTS: Part = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
DEFAULT_CONTENT_TYPE = "text/plain; charset=UTF-8"

RETRY, THROTTLE, REQUEST = "healthyRetryPolicy", "throttlePolicy", "requestPolicy"
_CONTENT_TYPE = "headerContentType"
_RATE = "maxReceivesPerSecond"
_MEMBERS: Mapping[str, tuple[str, ...]] = {
    RETRY: tuple(RETRY_DEFAULTS),
    THROTTLE: (_RATE,),
    REQUEST: (_CONTENT_TYPE,),
}
_OF_TOPIC = {
    RETRY: "defaultHealthyRetryPolicy",
    THROTTLE: "defaultThrottlePolicy",
    REQUEST: "defaultRequestPolicy",
}
"""What a topic's policy calls the parts."""

_NO_OVERRIDES = "disableSubscriptionOverrides"
_SICKLY, _GUARANTEED = "sicklyRetryPolicy", "guaranteed"
"""Members that AWS no longer heeds."""

_COUNTS = ("numNoDelayRetries", "numMinDelayRetries", "numMaxDelayRetries")


@dataclass(frozen=True)
class HttpDelivery:
    """What holds for the deliveries of a subscription.

    Attributes:
        schedule: When failed deliveries are retried.
        per_second: How many deliveries there may be in a second, if that is limited.
        content_type: The header of the requests.
    """

    schedule: Schedule
    per_second: int | None
    content_type: str


class TopicPolicy:
    """The policy of a topic.

    Args:
        text: JSON as a client gave it; nothing for the defaults.

    Raises:
        InvalidPolicy: AWS refuses it.

    Example:
        >>> TopicPolicy('{"http": {"defaultHealthyRetryPolicy": {"numRetries": 5}}}').text
        '{"http":{"defaultHealthyRetryPolicy":{"numRetries":5},"disableSubscriptionOverrides":false}}'
    """

    def __init__(self, text: str = "") -> None:
        self._given = _object(text)
        _only(self._given, ("http",))
        http = _members(self._given, "http")
        _only(http, (*_OF_TOPIC.values(), _NO_OVERRIDES, "defaultSicklyRetryPolicy"))
        self.parts = {name: _members(http, title) for name, title in _OF_TOPIC.items()}
        _check(self.parts, {name: f"http.{title}" for name, title in _OF_TOPIC.items()})
        self.allows_overrides = not http.get(_NO_OVERRIDES)

    @property
    def text(self) -> str:
        """The policy as AWS shows it; nothing if none was given."""
        return _json({"http": self._shown(self.parts)}) if self._given else ""

    @property
    def effective(self) -> str:
        """The policy with its defaults, as AWS shows it."""
        return _json({"http": self._shown(_completed(self.parts))})

    def _shown(self, parts: Mapping[str, Part]) -> dict[str, Any]:
        retry, throttle, request = (
            {_OF_TOPIC[name]: parts[name]} if parts[name] else {}
            for name in (RETRY, THROTTLE, REQUEST)
        )
        return {**retry, _NO_OVERRIDES: not self.allows_overrides, **throttle, **request}


class SubscriptionPolicy:
    """The policy of a subscription.

    Args:
        text: JSON as a client gave it; nothing for that of the topic.

    Raises:
        InvalidPolicy: AWS refuses it.
    """

    def __init__(self, text: str = "") -> None:
        self._given = _object(text)
        _only(self._given, (*_MEMBERS, _SICKLY, _GUARANTEED))
        self._parts = {name: _members(self._given, name) for name in _MEMBERS}
        _check(self._parts, {name: name for name in _MEMBERS})

    @property
    def text(self) -> str:
        """The policy as AWS shows it, with nulls for what was not said; nothing if none was given."""
        if not self._given:
            return ""
        retry = self._parts[RETRY]
        shown = {name: retry.get(name) for name in RETRY_DEFAULTS} if retry else None
        return _json(self._shown({**self._parts, RETRY: shown or {}}))

    def effective(self, topic: TopicPolicy) -> str:
        """What holds for a subscription to a topic with that policy, as AWS shows it."""
        return _json(self._shown(_completed(self._within(topic))))

    def delivery(self, topic: TopicPolicy) -> HttpDelivery:
        """What holds for its deliveries."""
        parts = _completed(self._within(topic))
        return HttpDelivery(
            _schedule(parts[RETRY]), parts[THROTTLE].get(_RATE), parts[REQUEST][_CONTENT_TYPE]
        )

    def _within(self, topic: TopicPolicy) -> dict[str, Part]:
        own = self._parts if topic.allows_overrides else {}
        return {name: own.get(name) or part for name, part in topic.parts.items()}

    @staticmethod
    def _shown(parts: Mapping[str, Part]) -> dict[str, Any]:
        return {
            RETRY: parts[RETRY] or None,
            _SICKLY: None,
            THROTTLE: parts[THROTTLE] or None,
            REQUEST: parts[REQUEST] or None,
            _GUARANTEED: False,
        }


def _object(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text or "{}")
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise InvalidPolicy("failed to parse JSON.")
    return parsed


def _members(policy: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The part of that name without its nulls."""
    part = policy.get(name)
    if part is not None and not isinstance(part, dict):
        raise InvalidPolicy(f"{name} must be a JSON object")
    return {key: value for key, value in (part or {}).items() if value is not None}


def _only(given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise InvalidPolicy(f"invalid JSON. Attribute {name} is unknown.")


def _check(parts: Mapping[str, Part], titles: Mapping[str, str]) -> None:
    for name, part in parts.items():
        _only(part, _MEMBERS[name])
    _check_retry(parts[RETRY], titles[RETRY])
    _check_whole(parts[THROTTLE], f"{titles[THROTTLE]}.", _RATE, 1, None)
    content_type = str(parts[REQUEST].get(_CONTENT_TYPE, DEFAULT_CONTENT_TYPE))
    if content_type.partition(";")[0] not in limits.CONTENT_TYPES:
        raise InvalidPolicy(f"{titles[REQUEST]}.{_CONTENT_TYPE} is not a supported content type")


def _check_retry(part: Part, title: str) -> None:
    policy, prefix = {**RETRY_DEFAULTS, **part}, f"{title}."
    low, high = limits.DELAY_TARGET
    for name in ("minDelayTarget", "maxDelayTarget"):
        _check_whole(policy, prefix, name, low, high)
    for name in ("numRetries", *_COUNTS):
        _check_whole(policy, prefix, name, *limits.RETRIES)
    if policy["backoffFunction"] not in BACKOFFS:
        allowed = ", ".join(BACKOFFS)
        raise InvalidPolicy(f"{prefix}backoffFunction must be one of [{allowed}]")
    if policy["minDelayTarget"] > policy["maxDelayTarget"]:
        raise InvalidPolicy(
            f"{prefix}maxDelayTarget must be greater than or equal to minDelayTarget"
        )
    if sum(policy[name] for name in _COUNTS) > policy["numRetries"]:
        raise InvalidPolicy(
            f"{prefix}numRetries must be greater than or equal to the sum of {', '.join(_COUNTS)}"
        )
    if _schedule(policy).length > limits.RETRYING * SECOND:
        raise InvalidPolicy(f"{title}: total retry time must not exceed {limits.RETRYING} seconds")


def _check_whole(part: Part, prefix: str, name: str, low: int, high: int | None) -> None:
    value = part.get(name, low)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidPolicy(f"{prefix}{name} must be an integer")
    if value < low:
        raise InvalidPolicy(f"{prefix}{name} must be greater than or equal to {low}")
    if high is not None and value > high:
        raise InvalidPolicy(f"{prefix}{name} must be less than or equal to {high}")


def _completed(parts: Mapping[str, Part]) -> dict[str, Part]:
    return {
        RETRY: {**RETRY_DEFAULTS, **parts[RETRY]},
        THROTTLE: parts[THROTTLE],
        REQUEST: {_CONTENT_TYPE: DEFAULT_CONTENT_TYPE, **parts[REQUEST]},
    }


def _schedule(policy: Part) -> Schedule:
    low, high = policy["minDelayTarget"] * SECOND, policy["maxDelayTarget"] * SECOND
    immediate, before, after = (policy[name] for name in _COUNTS)
    backoff = policy["numRetries"] - immediate - before - after
    return Schedule(
        Phase(immediate, (0,)),
        Phase(before, (low,)),
        Phase(backoff, waits(policy["backoffFunction"], backoff, low, high)),
        Phase(after, (high,)),
    )


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
