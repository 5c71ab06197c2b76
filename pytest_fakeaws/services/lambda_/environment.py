"""Execution environments: what is initialised once, and kept warm for the next invocation.

See https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_fakeaws.services.lambda_.code import Handler
from pytest_fakeaws.services.lambda_.logging_state import LoggingState
from pytest_fakeaws.services.lambda_.modules import Modules
from pytest_fakeaws.services.lambda_.process_state import ProcessState
from pytest_fakeaws.services.lambda_.runtime_handler import RuntimeHandler

if TYPE_CHECKING:
    from pytest_fakeaws.services.lambda_.sandbox import Sandbox

TASK_ROOT = "/var/task"
"""Where AWS has the code of a function."""

LAYER_ROOT = "/opt"
"""Where AWS has its layers."""


class InitFailed(Exception):
    """The code of a function could not be loaded.

    Args:
        kind: AWS's name for what is wrong.
        reason: AWS's words for it.
        stack: What AWS shows as its stack trace.
    """

    def __init__(self, kind: str, reason: str, stack: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.kind = kind
        self.stack = list(stack)


class Environment:
    """Where a handler runs.

    Attributes:
        cold: Whether nothing has run in it yet.
        variables: What `os.environ` has more, for want of AWS's folders.
        sandbox: What the host looks like to what runs in it; `None` until the first does.
        paths: How folders of this machine are called in AWS.
        home: Where it is kept while nothing runs in it.
        tenant: The only tenant that it runs for, or `None`.
        isolated: Whether its code has a process of its own, as far as it can see.
        loaded: Whether its code has been loaded.
        runtime_handler: What writes log records of its code.
    """

    isolated = False
    loaded = False

    def __init__(self) -> None:
        self.cold = True
        self.home: list[Environment] = []
        self.sandbox: Sandbox | None = None
        self.tenant: str | None = None
        self.variables: Mapping[str, str] = {}
        self.paths: Mapping[str, str] = {}
        self.runtime_handler = RuntimeHandler()

    def enter(self) -> None:
        """An invocation in it is about to run."""

    def leave(self) -> None:
        """The invocation gives way, or has ended."""

    def restart(self) -> None:
        """Be as if nothing had run in it."""

    def load(self) -> Handler:
        """The handler; the first time it is loaded.

        Raises:
            InitFailed: It cannot be.
        """
        raise NotImplementedError


class CallableEnvironment(Environment):
    """Where a callable of the test runs: the test's own process, as it is.

    Args:
        handler: The callable.
    """

    loaded = True

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._handler = handler

    def load(self) -> Handler:
        """The callable."""
        return self._handler


class PackageEnvironment(Environment):
    """Where the code of a deployment package runs: with modules of its own.

    Args:
        code: The folder with the function's files.
        layers: The folders with those of its layers, the one that wins last.
        handler: What its `Handler` setting says.
    """

    isolated = True

    def __init__(self, code: Path, layers: Sequence[Path], handler: str) -> None:
        super().__init__()
        self.variables = {"LAMBDA_TASK_ROOT": str(code)}
        self.paths = {str(code): TASK_ROOT, **{str(layer): LAYER_ROOT for layer in layers}}
        self._name = handler
        self._handler: Handler | None = None
        packages = [folder for layer in reversed(layers) for folder in _python_folders(layer)]
        self._code = code
        self._modules = Modules([code, *packages])
        self._process = ProcessState(code, self._modules.folders)
        self._logging = LoggingState(self.runtime_handler)

    def enter(self) -> None:
        """Let its modules be imported, in a process as it has left it."""
        self._process.enter()
        self._logging.enter()
        self._modules.enter()

    def leave(self) -> None:
        """Take them away."""
        process = self._process
        process.leave()
        self._logging.leave()
        self._modules.leave(process.added)

    def load(self) -> Handler:
        """The handler; the first time its module is imported.

        Raises:
            InitFailed: The module or the handler in it is missing, or the module is no Python.
        """
        if self._handler is None:
            self._handler = _loaded(self._name)
            self.loaded = True
        return self._handler

    def restart(self) -> None:
        """Forget every module."""
        self._modules.forget()
        self._process = ProcessState(self._code, self._modules.folders)
        if self.sandbox is not None:
            self.sandbox.forget()
        self.runtime_handler = RuntimeHandler()
        self._logging = LoggingState(self.runtime_handler)


def _python_folders(layer: Path) -> list[Path]:
    """Where a layer may have Python code, as far as it does."""
    libraries = sorted(layer.glob("python/lib/python3.*/site-packages"))
    return [folder for folder in (*libraries, layer / "python") if folder.is_dir()]


def _loaded(name: str) -> Handler:
    module_name, dot, attribute = name.rpartition(".")
    if not dot:
        raise InitFailed(
            "Runtime.MalformedHandlerName",
            f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)",
        )
    if module_name.partition(".")[0] in sys.builtin_module_names:
        raise InitFailed(
            "Runtime.BuiltInModuleConflict",
            f"Cannot use built-in module {module_name} as a handler module",
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise InitFailed(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from error
    except SyntaxError as error:
        raise InitFailed(
            "Runtime.UserCodeSyntaxError",
            f"Syntax error in module '{module_name}': {error}",
            [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'],
        ) from error
    try:
        handler: Handler = getattr(module, attribute)
    except AttributeError as error:
        raise InitFailed(
            "Runtime.HandlerNotFound", f"Handler '{attribute}' missing on module '{module_name}'"
        ) from error
    return handler
