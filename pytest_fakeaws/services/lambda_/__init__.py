"""AWS Lambda: functions that run in process, and the mappings that feed them from queues."""
