"""Which operation of a REST service a method and a path call, and what the path's labels say."""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import unquote

from botocore.model import OperationModel, ServiceModel

from pytest_fakeaws.wire.protocols.errors import UnknownOperation
from pytest_fakeaws.wire.protocols.http import Request


class _Route:
    """The path of an operation.

    Args:
        model: The operation's.
    """

    def __init__(self, model: OperationModel) -> None:
        path, _, query = model.http["requestUri"].partition("?")
        segments = _segments(path)
        self.operation: str = model.name
        self.key = model.http["method"], len(segments)
        self._query = tuple(query.split("=", 1)) if query else None
        self._literals = [pair for pair in enumerate(segments) if not pair[1].startswith("{")]
        self._labels = {
            segment[1:-1]: at for at, segment in enumerate(segments) if segment.startswith("{")
        }
        self.vagueness = len(self._labels), not query

    def fits(self, request: Request, segments: list[str]) -> bool:
        """Whether *request*, whose path has these segments, calls the operation."""
        return (
            all(segments[at] == text for at, text in self._literals)
            and all(segments[at] for at in self._labels.values())
            and (self._query is None or self._query in request.query)
        )

    def labels(self, segments: list[str]) -> dict[str, str]:
        """The labels of a path that fits."""
        return {name: unquote(segments[at]) for name, at in self._labels.items()}


class Routes:
    """The paths of a service.

    Args:
        model: The service's.
    """

    def __init__(self, model: ServiceModel) -> None:
        self._routes = {name: _Route(model.operation_model(name)) for name in model.operation_names}
        self._by_key: dict[tuple[str, int], list[_Route]] = defaultdict(list)
        for route in sorted(self._routes.values(), key=lambda route: route.vagueness):
            self._by_key[route.key].append(route)

    def operation(self, request: Request) -> str:
        """The operation that *request* calls.

        Raises:
            UnknownOperation: Method and path are those of none.
        """
        segments = _segments(request.path)
        for route in self._by_key.get((request.method, len(segments)), ()):
            if route.fits(request, segments):
                return route.operation
        raise UnknownOperation

    def labels(self, request: Request, operation: str) -> dict[str, str]:
        """What the path of a call of *operation* says, by the names of its labels."""
        return self._routes[operation].labels(_segments(request.path))


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
