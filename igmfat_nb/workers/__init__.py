"""Many tasks at once, and an end in order."""
