"""A small deterministic discrete-event core: it knows of time, order and processes, not of messages."""
