"""The dialects of patterns: what each service reads, as data.

See https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html,
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html.
"""

from __future__ import annotations

from typing import NamedTuple


class Dialect(NamedTuple):
    """What a service's patterns may say.

    Attributes:
        operators: What may stand in an object instead of a plain value.
        anything_but: What may stand in an object inside `anything-but`.
        lists: Whether those take lists.
        folding: Whether `prefix` and `suffix` take `{"equals-ignore-case": ...}`.
        magnitude: Numbers are compared from `-magnitude` to `magnitude`.
        decimals: Digits of a number that count, behind the point.
        exists_means_something: Whether `null` and the empty text count as absent.
    """

    operators: frozenset[str]
    anything_but: frozenset[str]
    lists: bool
    folding: bool
    magnitude: float
    decimals: int
    exists_means_something: bool


_COMMON = frozenset(
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"]
)

SNS = Dialect(
    operators=_COMMON,
    anything_but=frozenset(["prefix"]),
    lists=False,
    folding=False,
    magnitude=1e9,
    decimals=5,
    exists_means_something=True,
)
"""Filter policies of subscriptions."""

LAMBDA = Dialect(
    operators=_COMMON | {"wildcard"},
    anything_but=frozenset(["equals-ignore-case", "prefix", "suffix", "wildcard"]),
    lists=True,
    folding=True,
    magnitude=5e9,
    decimals=6,
    exists_means_something=False,
)
"""Filters of event source mappings, which read what EventBridge's rules read."""
