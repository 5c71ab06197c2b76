"""A small shop: orders go to a queue, and a Lambda function turns them into invoices."""
