"""A ledger that used to read a stream, and now reads a FIFO queue."""
