"""The figures of ``nobody_in.py``, each in a generator of rows."""
