"""Tenant isolation: functions whose tenants have execution environments of their own.

See https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html.
"""

from __future__ import annotations

import re

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.lambda_.function import Function

_TENANT = re.compile(r"[a-zA-Z0-9\._:\/=+\-@ ]+")


def check_tenant(function: Function, tenant: str | None) -> None:
    """Refuse an invocation of *function* that names no tenant and should, or names one and should not.

    Raises:
        InvalidParameterValue: It does.
        Violations: The tenant's id has no such form.
    """
    isolates = function.isolates_tenants
    if tenant is None and isolates:
        raise InvalidParameterValue(
            "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in "
            "your request and try again."
        )
    if tenant is None:
        return
    if not isolates:
        raise InvalidParameterValue(
            "The invoked function is not enabled with tenancy configuration. Remove the tenant ID "
            "from your request and try again."
        )
    checks = Checks()
    checks.length("tenantId", tenant, limits.TENANT_LENGTH)
    checks.pattern("tenantId", tenant, _TENANT)
    checks.done()


def refuse_for_tenants(function: Function, what: str) -> None:
    """Refuse what a function with tenant isolation cannot have.

    Raises:
        InvalidParameterValue: *function* is one.
    """
    if function.isolates_tenants:
        raise InvalidParameterValue(f"{what} not supported for functions with tenant isolation.")
