"""Courses of titres: simulated under a rule, as given, both arms compared, many at once."""
