"""The page: one file with everything in it, whatever texts there are."""

import json
import re
import traceback

import pytest


def data(html):
    """What the page's script reads."""
    return json.loads(re.search(r'<script id="data"[^>]*>(.*?)</script>', html, re.DOTALL)[1])


def test_a_page_needs_nothing_else(poison):
    """No link, no image, no import; and a policy that forbids them."""
    html = poison.picture().html()

    assert "default-src 'none'" in html
    assert re.findall(r"""(?:src|href)=["'](?!index\.html)[^"']+""", html) == []
    assert "@import" not in html
    assert re.findall(r"@\w+@", html) == []


def test_what_is_known_of_a_mark_can_be_looked_at(poison):
    """Payload, logs and the traceback of an error, as people read them."""
    page = data(poison.picture().html())
    details = [page["details"][str(mark[0])] for mark in page["marks"] if "failed with" in mark[6]]

    [first, _] = details
    assert first["entry"].endswith("InvocationFailed")
    assert first["error"].startswith("Traceback (most recent call last):")
    assert first["error"].endswith("KeyError: 'total'\n")
    assert json.loads(first["payload"])["errorType"] == "KeyError"
    sent = next(page["details"][str(mark[0])] for mark in page["marks"] if " sent " in mark[6])
    assert sent["body"] == '{\n  "id": 7\n}'
    assert sent["visible at"] == "00:00:00"


def test_a_message_shows_the_attributes_that_a_function_was_given(fakeaws):
    """Where it was sent; the journal itself keeps the beginning of bodies only."""
    jobs = fakeaws.create_queue("jobs")
    jobs.trigger(fakeaws.create_function("work", lambda event, context: None))
    jobs.send("resize", attributes={"priority": 3})
    fakeaws.clock.run_until_idle()

    page = data(fakeaws.picture().html())
    sent = page["details"][str(page["marks"][0][0])]
    assert json.loads(sent["attributes"])["priority"]["stringValue"] == "3"


@pytest.mark.parametrize(
    "body", ["</script><script>alert(1)</script>", "<!--", "\u2028", "&lt;", "@data@", "é ☃ 🚀"]
)
def test_no_text_breaks_out_of_the_page(fakeaws, body):
    """Bodies are the world's, not ours."""
    fakeaws.create_queue("jobs").send(body)

    html = fakeaws.picture(title=body).html()

    assert html.count("<script") == 2
    assert data(html)["marks"][0][6] == f"#1 sent: {' '.join(body.split())}"


def test_errors_of_all_kinds_can_be_shown(fakeaws):
    """An exception with a cause keeps it."""

    def handler(event, context):
        try:
            event["a"]
        except KeyError as error:
            raise RuntimeError("b") from error

    run = fakeaws.create_function("f", handler).invoke()

    page = data(fakeaws.picture().html())
    shown = [details["error"] for details in page["details"].values() if "error" in details]
    assert shown == ["".join(traceback.format_exception(run.error))]
