"""What tests of asynchronous clients share; where aiobotocore is not installed, none of them is collected."""

import importlib.util
from contextlib import AsyncExitStack

import pytest

collect_ignore_glob = []
if not all(map(importlib.util.find_spec, ("aiobotocore", "aioboto3", "pytest_asyncio"))):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def anyio_backend():
    """Only asyncio lives in virtual time."""
    return "asyncio"


@pytest.fixture
def client(anyio_backend):
    """Makes clients of aiobotocore, which last as long as the context that it is used as."""
    from aiobotocore.session import get_session

    class Clients(AsyncExitStack):
        async def __call__(self, service, **options):
            return await self.enter_async_context(get_session().create_client(service, **options))

    return Clients()


@pytest.fixture
async def sqs(fakeaws, client):
    """A client of SQS."""
    async with client:
        yield await client("sqs")
