"""What ``import igmfat_nb as igm`` offers: ``calls`` for a notebook, and ``shown`` results."""
