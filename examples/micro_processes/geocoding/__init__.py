"""Geocodes a file of addresses: one big job, cut into thousands of small messages."""
