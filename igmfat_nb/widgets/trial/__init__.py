"""Virtual trials and sample sizes on a page."""
