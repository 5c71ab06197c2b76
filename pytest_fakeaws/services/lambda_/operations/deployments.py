"""The code in the parameters of an operation: bytes, an object of S3, or the name of an image."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.deployment import Deployment
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue, PackageTooLarge
from pytest_fakeaws.services.lambda_.package import Package
from pytest_fakeaws.services.ports import ObjectUnavailable, Parameters


def deployment(
    directory: FunctionDirectory, caller: Place, code: Parameters, operation: str, kind: str
) -> Deployment:
    """The code that *code* describes.

    Args:
        directory: Reads objects.
        caller: Who asks for it.
        code: Where the code is, by AWS's names.
        operation: What the caller does.
        kind: `Zip` or `Image`.

    Raises:
        InvalidParameterValue: It describes none, or none that can be read.
        PackageTooLarge: The request is too large.
    """
    if kind == "Image":
        if not code.get("ImageUri"):
            raise InvalidParameterValue(
                "Please provide ImageUri when updating a function with packageType Image."
                if operation == "UpdateFunctionCode"
                else "Please provide ImageUri when creating a function with packageType Image."
            )
        return Deployment(image=code["ImageUri"])
    return Deployment(package=read_package(directory, caller, code, operation))


def read_package(
    directory: FunctionDirectory, caller: Place, code: Parameters, operation: str
) -> Package:
    """The package that *code* holds, or names.

    Raises:
        InvalidParameterValue: There is none, or none that can be read.
        PackageTooLarge: The request is too large.
    """
    content = code.get("ZipFile")
    if content is not None:
        package = _package(content, operation)
    elif code.get("S3Bucket") and code.get("S3Key"):
        package = Package(_object(directory, caller, code))
    else:
        raise InvalidParameterValue("Please provide a source for function code.")
    package.check_size()
    return package


def _package(content: Any, operation: str) -> Package:
    read = getattr(content, "read", None)
    raw = read() if callable(read) else content
    if len(raw) * 4 / 3 > limits.ZIPPED:  # Base64 makes four bytes of three
        raise PackageTooLarge(operation, limits.ZIPPED)
    return Package(raw.encode() if isinstance(raw, str) else bytes(raw))


def _object(directory: FunctionDirectory, caller: Place, code: Parameters) -> bytes:
    try:
        return directory.read_object(
            caller, code["S3Bucket"], code["S3Key"], code.get("S3ObjectVersion")
        )
    except ObjectUnavailable as error:
        raise InvalidParameterValue(
            f"Error occurred while GetObject. S3 Error Code: {error.code}. "
            f"S3 Error Message: {error.reason}"
        ) from None
