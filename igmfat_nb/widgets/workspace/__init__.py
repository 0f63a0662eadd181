"""One patient on one page: the first dose and the course as two steps over one case."""
