"""Run the notebooks whose results are documents, for the manual: text, tables and pictures.

A notebook is run again only where it, or the package, has changed. Pages of widgets are
left out: without a kernel they show nothing, and the lessons would show their answers.
"""

import hashlib
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

ROOT = Path(__file__).parents[1]
RUN = ROOT / "build" / "notebooks"
NAMES = (
    "12_from_python",
    "23_bring_your_courses",
    "90_patient_report",
    "91_trial_report",
    "92_cohort_report",
    "93_model_check",
)
#: What only a front end shows, or a program reads.
UNSEEN = ("application/vnd.igmfat.results+json", "application/vnd.plotly.v1+json")

#: A page that the manual may or may not have.
TO_NOTEBOOK = re.compile(r"\[([^\]]+)\]\((\w+)\.ipynb\)")


def main() -> None:
    """Leave a page and its pictures for each notebook."""
    package = digest(sorted((ROOT / "igmfat_nb").rglob("*.py")))
    for name in NAMES:
        notebook = ROOT / "notebooks" / f"{name}.ipynb"
        mark, made_of = RUN / f"{name}.made-of", package + digest([notebook, Path(__file__)])
        if not mark.is_file() or mark.read_text() != made_of:
            write_page(notebook)
            mark.write_text(made_of)


def digest(paths: list[Path]) -> str:
    """SHA-256 of the files, one after the other."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def write_page(path: Path) -> None:
    """Run a notebook and write it as Markdown, its pictures beside it."""
    notebook = nbformat.read(path, as_version=4)
    at = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=at).execute()
    for cell in notebook.cells:
        shown = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind in UNSEEN:
                data.pop(kind, None)
            if data or output.output_type == "stream":
                shown.append(output)
        if cell.cell_type == "code":
            cell.outputs = shown
    where = {"unique_key": path.stem, "output_files_dir": f"{path.stem}_files"}
    text, made = MarkdownExporter().from_notebook_node(notebook, where)
    text = TO_NOTEBOOK.sub(lambda to: f"[{to[1]}]({to[2]}.md)" if to[2] in NAMES else to[1], text)
    RUN.mkdir(parents=True, exist_ok=True)
    for name, content in made["outputs"].items():
        picture = RUN / name
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(content)
    (RUN / f"{path.stem}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
