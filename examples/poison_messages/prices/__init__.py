"""Price updates from suppliers, applied to a catalogue."""
