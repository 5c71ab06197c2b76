"""Which operation of a REST service a method and a path call, and what the path's labels say."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from botocore.model import OperationModel, ServiceModel

from pytest_fakeaws.wire.protocols.errors import UnknownOperation
from pytest_fakeaws.wire.protocols.http import Request, decoded


class _Route(NamedTuple):
    segments: list[str]
    query: str
    operation: str

    def labels(self, segments: list[str]) -> dict[str, str] | None:
        """The labels of a path, or `None` where it does not fit."""
        labels = {}
        for wanted, given in zip(self.segments, segments, strict=True):
            if wanted.startswith("{"):
                labels[wanted[1:-1].rstrip("+")] = decoded(given)
            elif wanted != given:
                return None
        return labels if all(labels.values()) else None

    @property
    def vagueness(self) -> tuple[int, bool]:
        return sum(segment.startswith("{") for segment in self.segments), not self.query


class Routes:
    """The paths of a service.

    Args:
        model: The service's.
    """

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._routes: dict[tuple[str, int], list[_Route]] = defaultdict(list)
        for name in model.operation_names:
            http = model.operation_model(name).http
            path, _, query = http["requestUri"].partition("?")
            segments = _segments(path)
            self._routes[http["method"], len(segments)].append(_Route(segments, query, name))
        for routes in self._routes.values():
            routes.sort(key=lambda route: route.vagueness)

    def find(self, request: Request) -> tuple[OperationModel, dict[str, str]]:
        """The operation, and the labels of its path by name.

        Raises:
            UnknownOperation: Method and path are those of none.
        """
        segments = _segments(request.path)
        for route in self._routes.get((request.method, len(segments)), ()):
            if route.query and tuple(route.query.split("=", 1)) not in request.query:
                continue
            labels = route.labels(segments)
            if labels is not None:
                return self._model.operation_model(route.operation), labels
        raise UnknownOperation


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
