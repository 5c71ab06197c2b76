"""Accounts whose history is an archived topic, and views that are computed from it."""
