"""Panels of the pages: one a file, model apart from view."""
