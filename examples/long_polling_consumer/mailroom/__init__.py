"""A service that sends mail: several workers at one queue."""
