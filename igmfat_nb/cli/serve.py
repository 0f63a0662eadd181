"""``igmfat dashboard`` and ``igmfat lab``: the pages in a browser."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from igmfat_nb.cli.access import access_options, port_option, warn_about
from igmfat_nb.cli.options import Whole, json_option, kernels_option, print_json, refusing
from igmfat_nb.kernels.choice import start_fork_server
from igmfat_nb.kernels.imports import of_page
from igmfat_nb.language import _, mark
from igmfat_nb.server.folder import DASHBOARD

if TYPE_CHECKING:
    from igmfat_nb.server.access import Access

#: Where an installed copy's notebooks go, below where the command was called.
OWN_FOLDER = "igmfat-notebooks"

browser_option = click.option(
    "--browser/--no-browser", "open_browser", default=True, help=_("Open the page in the browser.")
)


@click.command()
@port_option
@access_options
@browser_option
@click.option(
    "--notebook",
    default="",
    metavar=mark("NAME"),
    help=_("Notebook to show first; default 40_dashboard. The others are at /NAME.ipynb."),
)
@click.option("--pool", type=Whole(1, 8), default=1, help=_("Prepared kernels."))
@click.option(
    "--seats", type=Whole(1, 500), default=40, help=_("Most pages open at the same time.")
)
@kernels_option
@json_option
@refusing
def dashboard(
    port: int | None,
    access: "Access",
    open_browser: bool,
    notebook: str,
    pool: int,
    seats: int,
    as_json: bool,
) -> None:
    """Open the dose explorer in the browser; Ctrl-C ends it."""
    start_fork_server(of_page(notebook or DASHBOARD))  # it imports while this process does
    from igmfat_nb.server.folder import notebook_named
    from igmfat_nb.server.launcher import serve
    from igmfat_nb.server.settings import Serving

    serving = Serving(
        notebook=notebook_named(notebook or DASHBOARD),
        access=access,
        port=port,
        pool=pool,
        seats=seats,
        open_browser=open_browser,
    )
    warn_about(access)
    serve(serving, lambda address: _announce(address, as_json))


@click.command()
@port_option
@access_options
@browser_option
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    help=_("Folder of yours for copies; default: a checkout's own, else igmfat-notebooks."),
)
@json_option
@refusing
def lab(
    port: int | None, access: "Access", open_browser: bool, folder: Path | None, as_json: bool
) -> None:
    """Open the notebooks in JupyterLab; Ctrl-C ends it. Your own settings stay untouched.

    Copies in a folder of yours are renewed with the package, unless you changed them.
    """
    from igmfat_nb.server.folder import are_in_a_checkout, notebooks_folder
    from igmfat_nb.server.lab import run_lab
    from igmfat_nb.server.own_copies import copy_notebooks

    warn_about(access)
    if folder is None and not are_in_a_checkout():
        folder = Path(OWN_FOLDER)
    if folder is not None:
        for sentence in copy_notebooks(notebooks_folder(), folder).sentences():
            click.echo(sentence, err=True)
    run_lab(
        folder.resolve() if folder else notebooks_folder(),
        access=access,
        port=port,
        open_browser=open_browser,
        announce=lambda address: _announce(address, as_json),
    )


def _announce(address: str, as_json: bool) -> None:
    if as_json:
        print_json({"address": address, "pid": os.getpid()})
    else:
        click.echo(address)
