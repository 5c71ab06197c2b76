"""What happened: the closed vocabulary of facts, the journal that keeps them, and its rendering."""
