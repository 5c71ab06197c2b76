"""What tests of the HTTP endpoint share."""

import json
import os
import subprocess
import sys
import urllib.request
from urllib.error import HTTPError

import pytest


@pytest.fixture
def endpoint(fakeaws):
    """An open endpoint."""
    pytest.importorskip("waitress")
    with fakeaws.serve(moment=0) as endpoint:
        yield endpoint


@pytest.fixture
def ask(endpoint):
    """Requests a path of the endpoint; returns status and content."""

    def ask(path, data=None, **headers):
        sent = data if data is None or isinstance(data, bytes) else json.dumps(data).encode()
        request = urllib.request.Request(endpoint.url + path, sent, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read()
        except HTTPError as error:
            return error.code, error.read()

    return ask


@pytest.fixture
def program(endpoint, tmp_path):
    """Runs a Python program in a process of its own, whose AWS is the endpoint; returns what it printed."""

    def run(code):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **endpoint.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
