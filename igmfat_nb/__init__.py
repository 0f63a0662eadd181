"""The IgM-FAT trial protocol as an interactive suite, for research and teaching only.

Never a bedside order: synthetic patients, sourced numbers, the working always shown.
"""

__version__ = "0.1.0"
