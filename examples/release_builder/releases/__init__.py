"""Builds of releases: a webhook asks for them, long-running builders make them."""
