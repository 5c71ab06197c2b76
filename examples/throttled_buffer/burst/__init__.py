"""Clicks arrive in bursts; a database that stands few connections takes them in."""
