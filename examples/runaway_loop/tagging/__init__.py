"""Tags for photographs, by a function that made one mistake."""
