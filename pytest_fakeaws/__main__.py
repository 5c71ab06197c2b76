"""`python -m pytest_fakeaws serve`: a fake by itself, for programs that are no Python, or no tests.

It listens until it is told to end, by Control-C or the signal TERM.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from typing import Any

from pytest_fakeaws.errors import FakeAWSError

_PORT = 4566


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _serve(options)
    except FakeAWSError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m pytest_fakeaws", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="serve")
    serve = verbs.add_parser("serve", help="listen, as AWS would, for SQS, SNS and Lambda")
    add = serve.add_argument
    add(
        "--host", default="127.0.0.1", help="where to listen; only this machine reaches %(default)s"
    )
    add("--port", type=int, default=_PORT, help="where to listen; 0 for a free one; %(default)s")
    add(
        "--clock",
        choices=("real", "virtual"),
        default="real",
        help="time goes on as real time does, or when the control API says so; %(default)s",
    )
    add("--seed", type=int, default=0, help="where ids come from; %(default)s")
    add("--start", help='the first instant, or "now"; now with the real clock')
    add("--region", default="us-east-1", help="of requests that name none; %(default)s")
    add("--account-id", default="123456789012", help="of every access key; %(default)s")
    add(
        "--permissions",
        choices=("same-account", "strict"),
        default="same-account",
        help="how policies are read; %(default)s",
    )
    return parser


def _serve(options: argparse.Namespace) -> int:
    from pytest_fakeaws.fake import FakeAWS

    stopped: list[int] = []

    def stop(number: int, _: Any) -> None:
        stopped.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    real = options.clock == "real"
    fake = FakeAWS(
        seed=options.seed,
        start=options.start or ("now" if real else None),
        region=options.region,
        account_id=options.account_id,
        permissions=options.permissions,
        host_time="off" if real else "auto",
    )
    with fake, fake.serve(host=options.host, port=options.port, clock=options.clock) as endpoint:
        sys.stdout.write(f"SQS, SNS and Lambda at {endpoint.url}, {options.clock} clock.\n")
        sys.stdout.flush()
        endpoint.serve_until(lambda: stopped)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
