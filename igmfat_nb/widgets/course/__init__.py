"""One patient's course: what was measured and given, what it taught, what is next."""
