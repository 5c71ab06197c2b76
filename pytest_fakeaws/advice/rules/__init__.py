"""The rules, in a module for each noun that they are about."""
