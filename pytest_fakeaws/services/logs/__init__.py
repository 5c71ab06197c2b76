"""CloudWatch Logs, as far as functions write to it."""
