"""The page in a real browser: everything on it works, with mouse, keyboard and screen reader."""

import os
import shutil
import time

import pytest

from pytest_fakeaws import FakeAWS

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser(story, many):
    """A headless Chromium, where there is one; `FAKEAWS_BROWSER=1` says that there must be.

    It has an event loop in this thread, so the pages are made before it starts.
    """
    if os.environ.get("FAKEAWS_BROWSER") != "1":
        pytest.importorskip("playwright", reason="needs the extra `browser`")
        if CHROMIUM is None:
            pytest.skip("needs Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


def opened(browser, path, html, **options):
    """A page of the browser's on which *html* is open, and that has no errors."""
    path.write_text(html, encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1200, "height": 700}, **options)
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on(
        "request",
        lambda request: errors.append(request.url) if "file:" not in request.url else None,
    )
    tab.errors = errors
    tab.goto(path.as_uri())
    return tab


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """The page of a poison order."""
    with FakeAWS(host_time="off") as aws:
        orders = aws.create_queue("orders", dead_letter_queue=True, max_receive_count=2)

        def handler(event, context):
            raise KeyError("total")

        orders.trigger(aws.create_function("invoice", handler))
        orders.send('{"id": 7}', attributes={"shop": "north"})
        orders.send('{"id": 8}', delay=10)
        aws.clock.advance("5 min")
        return aws.picture(title="A poison order").html()


@pytest.fixture(scope="module")
def many():
    """A page of ten thousand facts."""
    with FakeAWS(host_time="off") as aws:
        jobs = aws.create_queue("jobs")
        jobs.trigger(aws.create_function("work", lambda event, context: None))
        for number in range(3_125):
            jobs.send(f"job {number}")
            if number % 10 == 9:
                aws.clock.advance(1)
        aws.clock.advance(1)
        assert len(aws.journal) >= 10_000
        return aws.picture().html()


@pytest.fixture
def tab(browser, story, tmp_path):
    tab = opened(browser, tmp_path / "story.html", story)
    yield tab
    assert tab.errors == []
    tab.close()


def chosen(tab):
    return tab.locator(".row.chosen .text").inner_text()


def test_all_lines_and_lanes_are_there(tab):
    """In the order in which things happened."""
    assert tab.locator(".head").all_inner_texts() == ["orders", "orders-dlq", "invoice"]
    assert tab.locator(".row .text").first.inner_text() == '#1 sent: {"id": 7}'
    assert tab.locator("svg .mark").count() > 10


def test_a_click_shows_details_and_follows_the_message(tab):
    """Its path stands out, other messages step back."""
    tab.get_by_text('#2 sent, visible at 00:00:10: {"id": 8}').click()

    assert "MessageSent" in tab.locator("#panel").inner_text()
    assert tab.locator("svg .path.chosen").count() > 0
    assert "aside" in tab.locator(".row").first.get_attribute("class")


def test_hovering_shows_a_path(tab):
    """Without a click."""
    tab.get_by_text('#1 sent: {"id": 7}').hover()

    assert tab.locator("svg .path.chosen").count() > 0


def test_a_failed_attempt_shows_its_error(tab):
    """With the traceback, and what became of the message."""
    tab.get_by_text("failed with #1").first.click()

    panel = tab.locator("#panel").inner_text()
    assert "KeyError: 'total'" in panel
    assert "moved from orders to orders-dlq" in panel


def test_links_lead_to_causes_and_consequences(tab):
    """From the invocation back to the receive."""
    tab.get_by_text("attempt 1 started with #1").click()
    tab.get_by_role("button", name="#1 received, time 1").click()

    assert chosen(tab).startswith("#1 received, time 1")


def test_the_keyboard_is_enough(tab):
    """Down the lines, along a path, to both ends, and away."""
    tab.locator("#stage").focus()
    tab.keyboard.press("ArrowDown")
    assert chosen(tab) == '#1 sent: {"id": 7}'
    tab.keyboard.press("n")
    assert chosen(tab).startswith("#1 received, time 1")
    tab.keyboard.press("p")
    assert chosen(tab) == '#1 sent: {"id": 7}'
    tab.keyboard.press("End")
    assert "dead-lettered" in chosen(tab)
    tab.keyboard.press("Escape")
    assert tab.locator(".row.chosen").count() == 0


def test_a_screen_reader_hears_each_line(tab):
    """When, where and what; and which of how many is chosen."""
    tab.locator("#stage").focus()
    tab.keyboard.press("ArrowDown")

    row = tab.get_by_role("option", name='00:00:00, orders: #1 sent: {"id": 7}')
    assert row.get_attribute("aria-selected") == "true"
    assert row.get_attribute("aria-posinset") == "1"
    assert tab.locator("#stage").get_attribute("aria-activedescendant") == row.get_attribute("id")


def test_search_finds_a_message_by_its_name_and_any_text(tab):
    """A name finds the whole path; a text the lines and what is known of them."""
    tab.keyboard.press("/")
    tab.keyboard.type("#2")
    by_name = tab.locator("#found").inner_text()
    tab.fill("#search", "keyerror")
    by_text = tab.locator("#found").inner_text()

    assert by_name == "8 of 16 lines"
    assert by_text == "4 of 16 lines"


def test_the_scrubber_shows_what_each_queue_held(tab):
    """At the end both messages are in the dead-letter queue; at the beginning the first waits."""
    assert tab.locator("#count-0").inner_text() == "0"
    assert tab.locator("#count-1").inner_text() == "2"
    tab.locator("#scrubber").fill("0")

    assert tab.locator("#count-0").inner_text() == "1"
    assert tab.locator("#count-1").inner_text() == "0"
    assert tab.locator("#clock").inner_text() == "00:00:00"
    assert tab.locator(".row.later").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_reader_s_choice_of_dark_or_light(browser, story, tmp_path, scheme):
    """And the button changes it."""
    tab = opened(browser, tmp_path / "story.html", story, color_scheme=scheme)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = tab.evaluate(ground)
    tab.get_by_role("button", name="Dark or light").click()

    assert {before, tab.evaluate(ground)} == {"rgb(255, 255, 255)", "rgb(13, 17, 23)"}
    assert (before == "rgb(255, 255, 255)") == (scheme == "light")
    tab.close()


def test_ten_thousand_facts_open_in_two_seconds(browser, many, tmp_path):
    """Only what can be seen is drawn."""
    begun = time.perf_counter()
    tab = opened(browser, tmp_path / "many.html", many)
    tab.wait_for_selector(".row")
    assert time.perf_counter() - begun < 2
    assert tab.locator(".row").count() < 200
    tab.locator("#stage").focus()
    tab.keyboard.press("End")
    assert "#3125 deleted" in chosen(tab)
    tab.close()
