"""The tellers, in a module for each noun that facts are about; to import this is to have them all."""

from pytest_fakeaws.journal.tellers import consumers, faults, functions, queues, topics
from pytest_fakeaws.journal.telling import TELLERS

__all__ = ["TELLERS", "consumers", "faults", "functions", "queues", "topics"]
