"""What goes wrong on purpose: where it can (points), and when it does."""
