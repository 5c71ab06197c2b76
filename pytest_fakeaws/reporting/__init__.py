"""What the plugin adds to pytest's reports. Nothing here imports pytest: what it needs is handed in."""
