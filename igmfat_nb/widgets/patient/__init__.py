"""The one patient of a page: as typed, read once, with its history and its file."""
