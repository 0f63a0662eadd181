"""Where the notebooks are, and which of them is meant by a name."""

from pathlib import Path

from igmfat_nb.errors import MissingInput
from igmfat_nb.language import _

PACKAGE = Path(__file__).parent.parent
DASHBOARD = "40_dashboard"


def notebooks_folder() -> Path:
    """Folder of the notebooks: beside the package in a checkout, inside it when installed."""
    return PACKAGE.parent / "notebooks" if are_in_a_checkout() else PACKAGE / "notebooks"


def are_in_a_checkout() -> bool:
    """Whether the notebooks lie beside the package, where their reader may change them."""
    return not (PACKAGE / "notebooks").is_dir()


def notebook_named(name: str, folder: Path | None = None) -> Path:
    """Path of the notebook called ``name``.

    Parameters
    ----------
    name : str
        With or without ``.ipynb``, or the path of any notebook.
    folder : Path, optional
        Where names are looked up; ours when not given.

    Raises
    ------
    MissingInput
        If there is none; the sentence lists those there are.
    """
    folder = notebooks_folder() if folder is None else folder
    typed = Path(name)
    for path in (folder / typed, folder / f"{name}.ipynb", typed.absolute()):
        if path.suffix == ".ipynb" and path.is_file():
            return path.resolve()
    there = ", ".join(path.stem for path in notebooks_in(folder)) or _("none")
    message = _("There is no notebook “{name}”. Notebooks: {there}.")
    raise MissingInput(message.format(name=name, there=there))


def notebooks_in(folder: Path) -> list[Path]:
    """Notebooks of a folder by name; hidden ones are nobody's."""
    return sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
