"""Pages made of files at the top of the repository, and links that lead out of the site."""

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
#: Where ``make docs`` leaves the notebooks that it ran.
RUN = ROOT / "build" / "notebooks"
#: Page → the file it is made of.
AT_THE_TOP = {
    "index.md": "README.md",
    "index.it.md": "README.it.md",
    "security.md": "SECURITY.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
}
#: What ``make figures`` stored, and the page that is made of it.
STORED, PERFORMANCE = "docs/performance.json", "performance.md"
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages of files that stand outside of docs/."""
    for page, name in AT_THE_TOP.items():
        files.append(File.generated(config, page, content=(ROOT / name).read_text("utf-8")))
    measured = json.loads((ROOT / STORED).read_text("utf-8"))
    files.append(File.generated(config, PERFORMANCE, content=performance_page(measured)))
    for page, text in notebook_pages().items():
        files.append(File.generated(config, page, content=text))
    for path in RUN.rglob("*.svg"):
        place = f"notebooks/{path.relative_to(RUN).as_posix()}"
        files.append(File.generated(config, place, content=path.read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Any, **_more: Any) -> str:
    """Lead links to their page; of a file that is no page, show the path."""
    if page.file.src_uri.startswith("notebooks/"):
        return markdown
    folder = (ROOT if page.file.src_uri in AT_THE_TOP else ROOT / "docs" / page.file.src_uri).parent
    if page.file.src_uri in AT_THE_TOP:
        folder = ROOT
    here = Path(page.file.src_uri).parent

    def led(found: re.Match[str]) -> str:
        text, target = found["text"], found["target"]
        if "://" in target or target.startswith(("#", "mailto:")):
            return found[0]
        place, _hash, anchor = target.partition("#")
        path = (folder / place).resolve()
        if not path.exists():
            return found[0]  # the strict build refuses it
        relative = path.relative_to(ROOT).as_posix()
        pages = {name: uri for uri, name in AT_THE_TOP.items()} | {STORED: PERFORMANCE}
        uri = pages.get(relative, relative.removeprefix("docs/"))
        if relative not in pages and not relative.startswith("docs/"):
            return f"`{relative}`" if text.strip("`") in relative else f"{text} (`{relative}`)"
        up = "../" * len(here.parts)
        return f"[{text}]({up}{uri}{'#' + anchor if anchor else ''})"

    return LINK.sub(led, markdown)


def on_post_build(config: Any) -> None:
    """Leave out what only helps to look for faults in the theme."""
    for path in Path(config.site_dir).rglob("*.map"):
        path.unlink()


def performance_page(record: dict[str, Any]) -> str:
    """The performance page out of what ``make figures`` measured."""
    named = record["machine"].items()
    machine = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in named)
    lines = [
        "# Performance",
        "",
        f"Written by `make figures`: {machine}. "
        "Each figure is what the command printed; none is written by hand. Seconds by the clock "
        "grow with what else the machine does (its load is named), processor time hardly does.",
    ]
    for run in record["runs"]:
        spent = (
            f"`{run['command']}` on {run['date']}, version {run['version']}: "
            f"{run['seconds']} s by the clock, "
            f"{run['processor_seconds']} s of processor time, load {run['load_before']} before it."
        )
        lines += ["", f"## {run['about']}", "", spent, "", "```text", *run["said"], "```"]
    return "\n".join(lines) + "\n"


def notebook_pages() -> dict[str, str]:
    """Pages of the notebooks that ``docs/run_notebooks.py`` has run, if it has."""
    return {f"notebooks/{path.name}": path.read_text("utf-8") for path in sorted(RUN.glob("*.md"))}


def on_config(config: Any) -> Any:
    """Name the notebooks that were run in the navigation."""
    if pages := notebook_pages():
        config.nav.insert(-2, {"Notebooks": list(pages)})
    return config
