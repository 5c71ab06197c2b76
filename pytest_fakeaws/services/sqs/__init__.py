"""Amazon SQS: queues, messages and the rules by which they come and go."""
