"""Under which names a reader's browser keeps what a page tells it to keep."""

#: The patient of the patient's page; below a hub the page adds its server's own address.
CASE_KEY = "igmfat-case/1"
