"""The protocols as they are spoken: one object for each service and language, made when needed."""

from __future__ import annotations

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel

from pytest_fakeaws.wire.protocols import WireProtocol, protocol
from pytest_fakeaws.wire.protocols.query import SqsQuery


@cache
def spoken(dialect: str) -> WireProtocol:
    """The protocol called *dialect*: `sqs`, `sqs-query`, `sns`, `lambda` or `logs`."""
    service, _, older = dialect.partition("-")
    model = _model(service)
    return SqsQuery(model) if older else protocol(model)


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)
