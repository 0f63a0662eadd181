"""The pages in a browser: Voilà with our own template, guards and launcher, and JupyterLab.

Nothing here knows any medicine. Start with :mod:`igmfat_nb.server.launcher`.
"""

import igmfat_nb.kernels.without_grammar  # noqa: F401
