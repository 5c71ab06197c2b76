"""The provider of reports: a web service that makes them while one waits."""

import json
import os
import urllib.parse
import urllib.request


def request(name):
    """Ask for a report; returns the number under which it can be fetched, once it is ready."""
    query = urllib.parse.urlencode({"report": name})
    return _get(f"/requests?{query}")["number"]


def fetch(number):
    """The report, or `None` while it is being made."""
    return _get(f"/requests/{number}").get("report")


def _get(path):
    with urllib.request.urlopen(os.environ["PROVIDER_URL"] + path, timeout=5) as answer:
        return json.load(answer)
