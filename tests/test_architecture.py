"""The layers hold: imports point one way, and foreign packages stay where they belong."""

from importlinter.cli import lint_imports


def test_the_import_contracts_are_kept():
    """Every contract in pyproject.toml is kept."""
    assert lint_imports(no_cache=True) == 0
