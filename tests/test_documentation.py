"""Every code block of the README and of the docs is executed."""

import re
import runpy
from pathlib import Path

import moto  # noqa: F401 - a pytest inside pytest forgets what it imports, and moto must not come twice
import pytest

from pytest_fakeaws import FakeAWS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language):
    return [
        pytest.param(
            match[2], id=f"{page.name}:{page.read_text()[: match.start()].count(chr(10)) + 2}"
        )
        for page in PAGES
        for match in BLOCK.finditer(page.read_text())
        if match[1] == language
    ]


@pytest.mark.slow
@pytest.mark.parametrize("code", blocks("python"))
def test_every_python_block_is_a_passing_test_module(pytester, code):
    """A reader can copy any block into a test file, and it passes."""
    pytester.makepyfile(test_block=code)

    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "error")

    outcomes = result.parseoutcomes()
    assert outcomes.get("passed", 0) > 0
    assert set(outcomes) == {"passed"}


@pytest.mark.slow
def test_the_first_failure_report_is_what_a_failing_test_prints(pytester):
    """The story shown below the first test is its own, line by line."""
    code = blocks("python")[0].values[0]
    story = blocks("text")[0].values[0]
    pytester.makepyfile(test_orders=code.replace("orders.dead_letters.bodies ==", "[] =="))

    result = pytester.runpytest_inprocess()

    expected = [line.replace("[", "[[]") for line in story.splitlines()]
    result.stdout.fnmatch_lines(expected, consecutive=True)


def test_no_block_is_of_a_kind_that_nothing_executes():
    """Commands are run by the project's own check, everything else here."""
    kinds = {match[1] for page in PAGES for match in BLOCK.finditer(page.read_text())}

    assert kinds <= {"ini", "python", "text", "sh"}
    assert len(blocks("text")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("settings", blocks("ini"))
def test_every_ini_block_is_a_configuration_that_pytest_takes(pytester, settings):
    """A name that is no setting would be an error here, and so would a value that is none."""
    pytester.makeini(settings)
    pytester.makepyfile("def test_one(fakeaws): ...")

    result = pytester.runpytest_inprocess("--strict-config", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)


def test_the_picture_of_the_readme_is_up_to_date():
    """`python docs/draw.py` draws it anew."""
    drawing = runpy.run_path(str(ROOT / "docs" / "draw.py"))

    assert (ROOT / "docs" / "poison_order.svg").read_text() == drawing["drawn"]()


def test_every_operation_that_can_be_called_is_in_the_page_on_fidelity():
    """By its full name, so that it can be searched for."""
    page = (ROOT / "docs" / "fidelity.md").read_text()
    with FakeAWS() as aws:
        operations = [name for _, name in aws._dispatch.operations.names()]

    assert [name for name in operations if not re.search(rf"\b{name}\b", page)] == []


def test_every_example_is_in_the_page_of_examples():
    """Each with its own README, and none that is not there."""
    page = (ROOT / "docs" / "examples.md").read_text()

    included = re.findall(r"^```{include} ../examples/(\w+)/README.md$", page, re.MULTILINE)

    assert included == sorted(path.parent.name for path in (ROOT / "examples").glob("*/README.md"))


def test_every_page_has_its_place_on_the_site():
    """Somebody who reads from page to page misses none."""
    index = (ROOT / "docs" / "index.md").read_text()
    pages = {str(page.relative_to(ROOT / "docs").with_suffix("")) for page in PAGES[1:]}

    linked = re.findall(
        r"^[\w/]+$", "".join(re.findall(r"```{toctree}(.*?)```", index, re.DOTALL)), re.MULTILINE
    )

    assert sorted(linked) == sorted(pages - {"index"})


def test_links_to_other_places_are_addresses():
    """Strict mode of the site checks the links between pages; these cannot be visited here."""
    links = [link for page in PAGES for link in re.findall(r"\]\((\w+:[^)]*)\)", page.read_text())]

    assert [link for link in links if not re.fullmatch(r"https://[\w.-]+\.\w+(/\S*)?", link)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page):
    """As they are read on a forge, where no site is built."""
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []
