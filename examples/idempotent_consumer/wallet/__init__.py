"""A wallet: credits arrive at least once, and count once."""
