"""Results as plotly specifications: results in, figure out; nothing is shown here."""
