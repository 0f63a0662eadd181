"""The dose explorer: one patient, both arms; panels, their model and outcome."""
