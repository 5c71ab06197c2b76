"""What happened as a picture: lanes for queues, topics, functions and consumers, a path for each message."""
