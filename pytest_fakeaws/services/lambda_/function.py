"""A function: its code, its settings, its names, in its latest or in a published version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.alias import Alias
from pytest_fakeaws.services.lambda_.code import Handler
from pytest_fakeaws.services.lambda_.deployment import Deployment, Unpack
from pytest_fakeaws.services.lambda_.environment import Environment
from pytest_fakeaws.services.lambda_.log_settings import LogSettings
from pytest_fakeaws.services.lambda_.package import Package
from pytest_fakeaws.services.lambda_.policy import Policy
from pytest_fakeaws.services.lambda_.references import LATEST
from pytest_fakeaws.services.lambda_.runtimes import runtime_of_host
from pytest_fakeaws.services.lambda_.settings import Settings
from pytest_fakeaws.sim.instants import SECOND, Duration, Instant


class Function:
    """One function, at its latest version or at one that was published.

    Args:
        place: The account and region it lives in.
        name: Its name.
        code: What runs.
        settings: By AWS's names.
        created_at: When it was made.
        revision: Its revision id.
        unpack: Finds the folder with a package's files.
        layers: The packages of its layers, the one that wins last.
        version: `$LATEST`, or the number of a published version.

    Attributes:
        versions: What has been published, by number; empty in a published version.
        aliases: Its aliases by name, likewise.
        published: How many versions it has ever had.
        tags: Its tags.
        policies: Who may use it, by qualifier.
        stored: What is kept with it and only shown, by kind and qualifier.
    """

    def __init__(
        self,
        place: Place,
        name: str,
        code: Deployment,
        settings: Settings,
        *,
        created_at: Instant,
        revision: str,
        unpack: Unpack,
        layers: Sequence[Package] = (),
        version: str = LATEST,
    ) -> None:
        self.place = place
        self.name = name
        self.arn = place.arn("lambda", f"function:{name}")
        self.code = code
        self.settings = settings
        self.modified_at = created_at
        self.revision = revision
        self.layers = tuple(layers)
        self.version = version
        self.versions: dict[str, Function] = {}
        self.aliases: dict[str, Alias] = {}
        self.published = 0
        self.tags: dict[str, str] = {}
        self.policies: dict[str | None, Policy] = {}
        self.stored: dict[tuple[str, str | None], dict[str, Any]] = {}
        self._published: tuple[Deployment, Settings] | None = None
        self._unpack = unpack
        self._idle: dict[str | None, list[Environment]] = {}

    # What its settings say

    @cached_property
    def timeout(self) -> int:
        """Seconds that an invocation may take."""
        seconds: int = self.settings["Timeout"]
        return seconds

    @cached_property
    def memory(self) -> int:
        """MB that AWS would give it; nothing is measured against them."""
        size: int = self.settings["MemorySize"]
        return size

    @property
    def handler_name(self) -> str:
        """How AWS's `Handler` setting names its handler."""
        return str(self.settings.get("Handler", ""))

    @property
    def environment(self) -> dict[str, str]:
        """What the function adds to `os.environ` while it runs."""
        return dict((self.settings.get("Environment") or {}).get("Variables", {}))

    @property
    def longest(self) -> Duration:
        """How long an invocation may take."""
        return self.timeout * SECOND

    @property
    def runtime(self) -> str:
        """Its runtime; that of the test for a container image."""
        return self.settings.get("Runtime") or runtime_of_host()

    @property
    def isolates_tenants(self) -> bool:
        """Whether each tenant has execution environments of its own."""
        return "TenancyConfig" in self.settings

    @property
    def logging(self) -> LogSettings:
        """How and where it logs."""
        return LogSettings.of(self.settings)

    @property
    def log_group(self) -> str:
        """The log group that it writes to."""
        return self.logging.group or f"/aws/lambda/{self.name}"

    @property
    def qualified_arn(self) -> str:
        """Its ARN with the version."""
        return f"{self.arn}:{self.version}"

    @cached_property
    def lineage_id(self) -> str:
        """How trace headers name it, in whichever version."""
        return hashlib.sha256(self.arn.encode()).hexdigest()[:8]

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """What `os.environ` has more while the function runs.

        See https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime.
        """
        return {
            "_HANDLER": self.handler_name,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": self.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log_group,
            "AWS_REGION": self.place.region,
            "AWS_DEFAULT_REGION": self.place.region,
            **self.logging.variables,
            **self.environment,
        }

    # What runs

    def acquire(self, tenant: str | None = None) -> Environment:
        """An execution environment that nothing runs in: a warm one, if there is one.

        Args:
            tenant: Who has it for himself, if tenants are isolated.

        Raises:
            NotSimulated: Its code is no Python.
        """
        home = self._idle.setdefault(tenant, [])
        if home:
            return home.pop()
        environment = self.code.environment(
            self.settings.get("Runtime"), self.settings.get("Handler"), self.layers, self._unpack
        )
        environment.home, environment.tenant = home, tenant
        return environment

    def release(self, environment: Environment) -> None:
        """Keep *environment* warm for the next invocation, unless the function has changed meanwhile."""
        if environment.home is self._idle.get(environment.tenant):
            environment.home.append(environment)

    def change(
        self,
        now: Instant,
        revision: str,
        *,
        code: Deployment | None = None,
        settings: Settings | None = None,
        layers: Sequence[Package] | None = None,
    ) -> None:
        """Give it other code or settings: the next invocation finds a cold environment."""
        self.code = code or self.code
        self.settings = settings or self.settings
        self.layers = self.layers if layers is None else tuple(layers)
        self.modified_at = now
        self.revision = revision
        self.chill()
        for name in ("timeout", "memory", "variables"):
            self.__dict__.pop(name, None)

    def bind(self, handler: Handler) -> None:
        """Let *handler* stand in for the code, in every version that has the same."""
        self.code.handler = handler
        for version in (self, *self.versions.values()):
            if version.code is self.code:
                version.chill()

    def chill(self) -> None:
        """Keep no environment warm."""
        self._idle = {}

    def forget(self, qualifier: str) -> None:
        """Keep nothing of a version or alias that is gone."""
        self.policies.pop(qualifier, None)
        self.stored = {key: kept for key, kept in self.stored.items() if key[1] != qualifier}

    @property
    def is_as_published(self) -> bool:
        """Whether nothing has changed since the last version was published."""
        return self._published == (self.code, self.settings)

    def snapshot(
        self, now: Instant, revision: str, version: str, description: str | None
    ) -> Function:
        """What is published: code and settings as they are now."""
        self._published = self.code, self.settings
        changes = {} if description is None else {"Description": description}
        return Function(
            self.place,
            self.name,
            self.code,
            {**self.settings, **changes},
            created_at=now,
            revision=revision,
            unpack=self._unpack,
            layers=self.layers,
            version=version,
        )
