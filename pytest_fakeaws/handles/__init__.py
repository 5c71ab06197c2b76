"""What a test holds: handles and views. Each asks the cloud anew, so none goes stale unnoticed."""
