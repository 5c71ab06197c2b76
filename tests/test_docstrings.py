"""Every example in a docstring is true."""

import doctest
import importlib
import pkgutil

import pytest

import pytest_fakeaws

MODULES = [
    module.name for module in pkgutil.walk_packages(pytest_fakeaws.__path__, "pytest_fakeaws.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    """What a docstring shows is what happens."""
    failed, _ = doctest.testmod(importlib.import_module(name))

    assert failed == 0
