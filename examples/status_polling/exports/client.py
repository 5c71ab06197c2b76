"""A client: asks for an export, and for its state until it is done."""

import json
import time
import urllib.request


class TooSlow(Exception):
    """The export was not done in time."""


def wait(answer, patience=3):
    """The finished state behind the API's *answer*; waits *patience* times as long as it says."""
    seconds = json.loads(answer["body"])["seconds"]
    give_up_at = time.time() + patience * seconds
    pause = seconds
    while time.time() < give_up_at:
        time.sleep(pause)
        state = read(answer["headers"]["location"])
        if state["state"] == "done":
            return state
        pause = max(5, pause / 2)
    raise TooSlow(state["state"])


def read(url):
    """The state at a URL."""
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)
