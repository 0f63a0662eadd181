"""The project keeps its promises: what it needs, what it names, what it may not name."""

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import igmfat_nb
from igmfat_nb.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("docs/guides/*.md"))
}
DOCUMENTS = "\n".join(
    [
        README,
        *GUIDES.values(),
        *(
            (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
            for name in ("install", "dependencies", "developing")
        ),
    ]
)
MOST_WORDS = 900  # of the README

# Written in parts, so that this file passes its own test.
REGISTRY_HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("deb.debian", "org"),
    ("anaconda", "org"),
    ("anaconda", "com"),
)
COMPANIONS = {  # the same release of it, pinned by it; or its own, and asked for by it
    "pydantic_core": "pydantic",
    "markupsafe": "jinja2",
}
MACHINE_PATH = re.compile(r"(?<![\w.:/\-])/(?:work|root|home|Users|opt)/\w")


def requirement(text: str) -> str:
    """One spelling of a requirement, whoever wrote it."""
    name, bound = re.fullmatch(r"([\w.\-]+)\s*(.*)", text.strip()).groups()
    return re.sub(r"[-_.]+", "-", name).lower() + bound.replace(" ", "")


EXTRAS = PROJECT["project"]["optional-dependencies"]
OURS = "igmfat_nb["  # an extra that another extra brings


def runtime_requirements() -> list[str]:
    """Of the core and of every extra that a user may want."""
    extras = [line for name, lines in EXTRAS.items() if name != "test" for line in lines]
    listed = [*PROJECT["project"]["dependencies"], *extras]
    return [line for line in listed if not line.startswith(OURS)]


def requirements_of_the_project() -> set[str]:
    return {requirement(line) for line in [*runtime_requirements(), *EXTRAS["test"]]}


def names_of(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[<>=!~]", requirement(line))[0] for line in requirements}


def names_of_the_project() -> set[str]:
    return names_of(requirements_of_the_project())


def tracked_text_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def lines_with(found: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if found.search(line)
    ]


def test_environment_yml_asks_for_what_pyproject_asks_for():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = environment["dependencies"]
    conda = {requirement(line) for line in listed if isinstance(line, str)}
    (pip,) = [entry["pip"] for entry in listed if isinstance(entry, dict)]
    from_pip = {requirement(str(Requirement(line))) for line in pip}  # nothing but requirements

    asked = conda | from_pip

    python = "python" + PROJECT["project"]["requires-python"]
    assert asked == requirements_of_the_project() | {python, "pip"}
    assert conda & from_pip == set()
    assert environment["channels"] == ["conda-forge", "nodefaults"]


def test_the_package_itself_is_a_second_command_that_readme_and_environment_give():
    command = "pip install --no-deps --no-build-isolation -e ."
    (conda,) = [line for line in DOCUMENTS.splitlines() if line.startswith("- **Conda**")]
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8")

    assert f"`{command}`" in conda
    assert f"-n {yaml.safe_load(environment)['name']} {command}\n" in environment


def test_the_lock_holds_every_requirement_with_hashes_and_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^(\S+)==\S+.*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)", lock, re.M)
    packages = re.findall(r"^[A-Za-z0-9]\S*", lock, re.M)

    assert len(entries) == len(packages) > 100
    assert names_of_the_project() <= {requirement(name) for name, _hashes in entries}
    assert re.findall(r"^.*(?:://|^-|find-links|index-url| @ ).*$", lock, re.M) == []


def test_every_requirement_has_its_reason():
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?) \| (.+?) \|$", text, re.M)
    explained = {
        requirement(name) for names, _why in rows for name in re.findall(r"`(.+?)`", names)
    }

    assert explained == names_of_the_project()


def test_voila_is_bound_to_the_minor_version_whose_private_parts_the_server_uses():
    (line,) = [one for one in runtime_requirements() if one.startswith("voila")]
    warm = (ROOT / "igmfat_nb" / "server" / "warm_pool.py").read_text(encoding="utf-8")

    bound = Requirement(line).specifier

    assert "self._pools" in warm  # where no private part is used any more, the bound may go
    assert version("voila") in bound
    assert not bound.contains("0.6.0")
    assert not bound.contains("0.5.12")


def imported_by(path: Path) -> set[str]:
    """Top-level names that a module imports, at its top or inside a function."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {module.split(".")[0] for module in plain | named}


def test_the_package_imports_only_what_it_asks_for():
    asked = names_of(runtime_requirements())
    distributions = packages_distributions()
    imported = {
        (COMPANIONS.get(name, name), path.relative_to(ROOT).as_posix())
        for path in (ROOT / "igmfat_nb").rglob("*.py")
        for name in imported_by(path) - {"igmfat_nb", *sys.stdlib_module_names}
    }

    unasked = {
        (name, path) for name, path in imported if not asked & names_of(distributions.get(name, []))
    }

    assert unasked == set()


def commands_of(text: str) -> list[str]:
    """What a reader would type."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if re.match(r"(\.venv/bin/)?igmfat ", line)]


def test_every_command_of_the_documents_exists():
    named = {shlex.split(line, comments=True)[1] for line in commands_of(DOCUMENTS)}

    assert {"dose", "eligible", "curve", "sources"} <= named <= set(COMMANDS)


def test_the_guide_s_commands_for_one_patient_run():
    section = GUIDES["clinician"].split("\n## ")[0]
    lines = commands_of(section)

    for line in lines:
        arguments = shlex.split(line, comments=True)[1:]
        program = [sys.executable, "-m", "igmfat_nb", *arguments]
        subprocess.run(program, capture_output=True, check=True)

    assert len(lines) == 6


def test_the_readme_is_short_and_opens_four_doors_with_three_commands_each():
    doors = README.split("## Four doors")[1].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", doors, re.S)

    assert len(README.split()) <= MOST_WORDS
    assert [len(block.splitlines()) for block in blocks] == [3, 3, 3, 3]
    assert [f"docs/guides/{name}.md" in doors for name in GUIDES] == [True] * 5


def test_the_first_screen_of_the_readme_has_the_notice_and_two_commands():
    first_screen = README.split("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)```", first_screen, re.S)[:1]

    assert "Not for treatment decisions." in first_screen
    assert "assumption of this software" in first_screen
    assert [re.findall(r"^make \w+", block, re.M) for block in commands] == [
        ["make dashboard", "make test"]
    ]


@pytest.mark.parametrize(
    "path",
    [*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("deploy/**/*.md"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_file_that_a_document_shows_or_links_to_exists(path):
    targets = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    local = [target.split("#")[0] for target in targets if "://" not in target]

    assert [name for name in local if name and not (path.parent / name).exists()] == []


def test_every_make_target_in_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s]*(?:#|`|$))", DOCUMENTS, re.M))

    assert {"dashboard", "test", "lock"} <= named
    assert [name for name in named if not re.search(rf"^{name}:", makefile, re.M)] == []


def test_no_tracked_file_names_a_package_registry():
    hosts = "|".join(re.escape(".".join(parts)) for parts in REGISTRY_HOSTS)

    assert lines_with(re.compile(hosts)) == []


def test_no_tracked_file_names_a_path_of_one_machine():
    assert lines_with(MACHINE_PATH) == []


def test_a_path_of_one_machine_would_be_seen():
    here = "/" + "home/ada/igmfat"

    assert MACHINE_PATH.search(f"open('{here}')")
    assert MACHINE_PATH.search(f'"path": "{here}"')


def test_the_version_is_one():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert PROJECT["project"]["version"] == igmfat_nb.__version__
    assert re.search(rf"^## {re.escape(igmfat_nb.__version__)}\b", changelog, re.M)


@pytest.mark.parametrize("module", ["igmfat_nb", "igmfat_nb.cli"])
def test_importing_the_package_leaves_the_heavy_libraries_alone(module):
    heavy = "{'dask', 'ipywidgets', 'numpy', 'pandas', 'plotly', 'scipy', 'statsmodels', 'voila'}"
    program = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"

    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "[]"


def test_the_version_to_cite_is_the_packages():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))

    assert cited["version"] == PROJECT["project"]["version"] == igmfat_nb.__version__
    assert cited["license"] == PROJECT["project"]["license"]


def test_contributing_names_files_and_commands_that_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    package = ROOT / "igmfat_nb"
    names = list(re.findall(r"`([\w./]+\.(?:py|md|yml|lock|toml|cff)|[\w./]+/)`", text))

    absent = [n for n in names if not (ROOT / n).exists() and not (package / n).exists()]

    assert absent == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = set(re.findall(r"`?make ([a-z]+)", text))
    assert asked <= set(re.findall(r"^([a-z-]+):", makefile, re.M))


def test_the_site_builds_strictly_and_asks_no_other_host(tmp_path):
    build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir"]
    done = subprocess.run(
        [*build, str(tmp_path / "site")], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    loads = re.compile(r"""<(?:script|img|link)[^>]*(?:src|href)="https?://""")
    assert len(pages) > 15
    assert [p.name for p in pages if loads.search(p.read_text(encoding="utf-8"))] == []
