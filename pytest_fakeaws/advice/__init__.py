"""Advice: what AWS recommends against, found in the settings of a fake and in what happened in it."""
