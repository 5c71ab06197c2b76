"""Options of a fake and of what it holds: checked, and put into AWS's words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from enum import Enum
from typing import Final, Literal, TypeAlias

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, closest
from pytest_fakeaws.services.policies import LENIENT, Guard
from pytest_fakeaws.sim.instants import SECOND, duration, seconds

__tracebackhide__ = HIDE_FROM_TRACEBACK

_GUARDS = {"same-account": LENIENT, "strict": Guard(strict=True)}
"""By the values of `permissions`."""

RecursiveLoop: TypeAlias = Literal["Allow", "Terminate"]
"""What becomes of a function that is invoked in a circle, in AWS's words."""


class Unchanged(Enum):
    """The value of an option that was not given, where `None` means something."""

    UNCHANGED = 0

    def __repr__(self) -> str:
        return self.name


UNCHANGED: Final = Unchanged.UNCHANGED


def check_environment(environment: Mapping[str, object]) -> None:
    """Refuse environment variables that are no texts."""
    for name, value in environment.items():
        if not isinstance(value, str):
            raise UnknownOption(
                f"The environment variable {name} cannot be {value!r}.",
                f"It is of type {type(value).__name__}; environment variables are texts.",
                f'Write environment={{"{name}": "{value}"}}.',
            )


def check_number(option: str, value: object) -> None:
    """Refuse what is no whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnknownOption(
            f"{option} cannot be {value!r}.",
            f"It is of type {type(value).__name__}.",
            f"Give a whole number, such as {option}=1.",
        )


def check_text(option: str, value: object) -> None:
    """Refuse what is no text, and nothing: AWS's messages and their ids are texts."""
    if value is None or isinstance(value, str):
        return
    wanted = f"json.dumps({option})" if isinstance(value, (dict, list)) else f"{str(value)!r}"
    raise UnknownOption(
        f"{option} cannot be {value!r}.",
        f"It is of type {type(value).__name__}; AWS takes texts.",
        f"Give a text, such as {wanted}.",
    )


def whole_seconds(option: str, length: float | timedelta | str) -> int:
    """A duration of which AWS takes whole seconds only."""
    given = duration(length)
    if given % SECOND:
        raise UnknownOption(
            f"{option} cannot be {length!r}.",
            f"That is {seconds(given)} s, and AWS counts it in whole seconds.",
            f"Give whole seconds, such as {option}=5.",
        )
    return given // SECOND


def check_count(option: str, value: object) -> None:
    """Refuse what is no whole number, or one below 0."""
    check_number(option, value)
    if isinstance(value, int) and value < 0:
        raise UnknownOption(
            f"{option} cannot be {value}.",
            f"{option} counts from 0.",
            f"Give 0 or more, such as {option}=1.",
        )


def check_choice(option: str, value: str, choices: Sequence[str]) -> None:
    """Refuse what is none of the values that an option has."""
    if value not in choices:
        raise UnknownOption(
            f"{option} cannot be {value!r}.",
            f"It is one of: {', '.join(choices)}.",
            closest(str(value), choices),
        )


def fifo_attributes(name: str, kind: str, *, content_based: bool) -> dict[str, str]:
    """The attributes that the name of a queue or topic, and its kind of deduplication, stand for."""
    attributes = {kind: "true"} if name.endswith(".fifo") else {}
    if content_based:
        attributes["ContentBasedDeduplication"] = "true"
    return attributes


def several(given: Sequence[str]) -> tuple[str, ...]:
    """One text or several, as several."""
    return (given,) if isinstance(given, str) else tuple(given)


def check_rules(names: Collection[str]) -> None:
    """Refuse names of advice that nobody gives."""
    if not names:
        return
    from pytest_fakeaws.advice.advise import RULES  # noqa: PLC0415 - seldom needed

    for name in names:
        if name not in RULES:
            raise UnknownOption(
                f"There is no advice by the rule {name!r} to ignore.",
                f"The rules are: {', '.join(RULES)}.",
                closest(name, list(RULES)),
            )


def check_account(account_id: str) -> None:
    """Refuse what is no account id."""
    if not re.fullmatch(r"\d{12}", account_id):
        raise UnknownOption(
            f"account_id={account_id!r} is no account id.",
            "AWS's account ids are texts of twelve digits.",
            'Write, for example, account_id="123456789012".',
        )


def guard(permissions: str) -> Guard:
    """How policies are read, by the name of the option."""
    if permissions not in _GUARDS:
        raise UnknownOption(
            f"permissions={permissions!r} does not exist.",
            'There are: "same-account" and "strict".',
            closest(permissions, _GUARDS),
        )
    return _GUARDS[permissions]
