"""The pages in a browser: Voilà with our own template, guards and launcher, and JupyterLab.

Nothing here knows any medicine. Start with :mod:`igmfat_nb.server.launcher`.
"""

from igmfat_nb.widgets.parts.appearance import spare_the_grammar

spare_the_grammar()
