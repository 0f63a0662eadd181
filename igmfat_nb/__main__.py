"""``python -m igmfat_nb`` is ``igmfat``."""

from igmfat_nb.cli import main

if __name__ == "__main__":
    main()
