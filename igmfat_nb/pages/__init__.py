"""One module a page, named as its notebook; and what its run without a screen hands out."""
