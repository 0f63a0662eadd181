"""Figures as static pictures by matplotlib: for paper, and for whoever runs no script."""
