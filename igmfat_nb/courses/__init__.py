"""Courses of titres: simulated under a rule, as given, both arms compared, many at once.

The curve that page, command and report show is ``comparison.compare_arms``.
"""
