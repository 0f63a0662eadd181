"""The pack for a class: notebooks, key, slides, handouts, all from one source by papermill."""

from igmfat_nb.workshop.pack.build import pack

__all__ = ["pack"]
