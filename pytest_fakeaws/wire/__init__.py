"""How a call, or the host's time, reaches the simulation."""
