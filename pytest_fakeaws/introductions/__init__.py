"""How services are made and introduced to each other: a module for each that most tests do without."""
