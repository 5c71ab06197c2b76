"""Readings of thousands of devices: a topic for each group, a queue, a function that keeps them."""
