"""Notebooks without a screen: parameters checked, run in a fresh kernel, one document each.

``parameters`` says what a notebook may be asked and refuses the rest before a
kernel starts; ``run`` executes it by papermill; ``document`` turns the run
notebook into one self-contained HTML file; ``pdf`` prints it. What the two
reports say stands in ``patient`` and ``cohort_report``; ``results`` is how a
notebook hands out named numbers; ``sweep`` runs one over a table.
"""
