"""Pictures as SVG, as Mermaid and as files."""

import re
from xml.etree import ElementTree as ET

import pytest

from pytest_fakeaws.errors import UnknownOption

SVG = "{http://www.w3.org/2000/svg}"


def test_mermaid_tells_the_whole_story(poison):
    """Arrows where one thing led to another, notes where something stayed, the time where it passed."""
    lines = poison.picture().mermaid().splitlines()

    assert [re.sub(r"  \(.*, in handler\)$", "", line) for line in lines] == [
        "sequenceDiagram",
        "    participant test",
        "    participant L0 as events",
        "    participant L1 as orders",
        "    participant L2 as orders-dlq",
        "    participant L3 as invoice",
        "    Note over test,L3: 00:00:00",
        '    test->>L0: notification 1 published: {"id": 7}',
        '    L0->>L1: #35;1 sent from notification 1: {"id": 7}',
        "    Note over L1: #35;1 received, time 1#59; hidden until 00:00:30",
        "    L1->>L3: attempt 1 started with #35;1",
        "    Note over L3: failed with #35;1: KeyError: 'total'",
        "    Note over test,L3: 00:00:30",
        "    Note over L1: #35;1 received, time 2#59; hidden until 00:01:00",
        "    L1->>L3: attempt 2 started with #35;1",
        "    Note over L3: failed with #35;1: KeyError: 'total'",
        "    Note over test,L3: 00:01:00",
        "    L1->>L2: #35;1 dead-lettered to orders-dlq: received 2 times, 2 allowed",
    ]


def test_a_consumer_that_receives_is_an_arrow(consumed):
    """It is somebody else than the queue."""
    lines = consumed.picture().mermaid().splitlines()

    assert "    L1->>L0: #35;1 received by worker, time 1#59; hidden until 00:00:30" in lines
    assert "    L1->>L0: #35;1 deleted by worker" in lines


def test_the_oldest_lines_are_left_out_where_there_are_too_many(poison):
    """And the diagram says so."""
    lines = poison.picture().mermaid(most=1).splitlines()

    assert lines[6:] == [
        "    Note over test,L3: 8 earlier lines left out",
        "    Note over test,L3: 00:01:00",
        "    L1->>L2: #35;1 dead-lettered to orders-dlq: received 2 times, 2 allowed",
    ]


def test_svg_is_well_formed_and_names_its_lanes(poison):
    """Readers of screens hear the title."""
    drawing = ET.fromstring(poison.picture(title="An order & its <end>").svg())

    assert drawing.get("aria-label") == "An order & its <end>"
    texts = [text.text for text in drawing.iter(f"{SVG}text")]
    assert texts[:4] == ["events", "orders", "orders-dlq", "invoice"]
    assert [text for text in texts if re.fullmatch(r"\d\d:\d\d:\d\d", text)] == [
        "00:00:00",
        "00:00:30",
        "00:01:00",
    ]


def test_svg_has_a_mark_for_each_line_and_a_path_for_each_message(poison):
    """Nine lines; the notification and the message are on their way."""
    picture = poison.picture()
    drawing = ET.fromstring(picture.svg())

    marks = list(drawing.iter(f"{SVG}g"))
    assert len(marks) == len(picture.picture.marks) == 9
    paths = [path.get("class") for path in drawing.iter(f"{SVG}path")]
    assert "path c1" in paths
    assert "cause" in paths


def test_the_same_run_gives_the_same_picture(fakeaws):
    """Byte for byte, so that a picture can be kept beside the code."""

    def drawn():
        fakeaws.reset()
        queue = fakeaws.create_queue("jobs")
        queue.trigger(fakeaws.create_function("f", lambda event, context: None))
        queue.send("x")
        fakeaws.clock.run_until_idle()
        picture = fakeaws.picture()
        return picture.svg(), picture.mermaid(), picture.html()

    assert drawn() == drawn()


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.svg", "<svg "), ("a.mmd", "sequenceDiagram"), ("a.html", "<!doctype html>")],
)
def test_a_picture_is_saved_in_the_form_that_the_file_s_ending_says(poison, tmp_path, name, begins):
    """Three forms."""
    poison.picture().save(tmp_path / name)

    assert (tmp_path / name).read_text().startswith(begins)


def test_another_ending_is_refused(fakeaws, tmp_path):
    """With those that there are."""
    with pytest.raises(UnknownOption, match=r"\.svg, \.html, \.mmd"):
        fakeaws.picture().save(tmp_path / "a.png")
