"""Exports made in the background; clients ask for their state until they are done."""
