"""How the code is built, in figures: `python -m bench.house` follows one question through it and reads the rest."""

from __future__ import annotations

import argparse
import ast
import graphlib
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from index.config import IndexConfig
from index.pipeline import build
from qa.config import AskConfig
from qa.pipeline import open_asker

ROOT = Path(__file__).parents[1]
SHIPPED = ("index", "qa", "api")
LONG = 25
"""Lines from which a function is long."""
MOST_ARGUMENTS = 5
QUESTION = "khi nào SCO Astana?"
MAPPED, MAP_HEADING = ROOT / "docs" / "architecture.md", "## File map"


class Walk(NamedTuple):
    """The way of one question through `Asker.ask`.

    Attributes:
        modules: that were called.
        changes: calls and returns from one module of ours to another.
        inside: those within `qa`.
    """

    modules: tuple[str, ...]
    changes: int
    inside: int


class Follower:
    """Notes which modules of ours call each other."""

    def __init__(self) -> None:
        self.entered: list[str] = []

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:  # noqa: ANN401 — as sys.setprofile has it
        """A call; what is not ours is not seen."""
        name = frame.f_globals.get("__name__", "")
        if event == "call" and name.partition(".")[0] in SHIPPED:
            self.entered.append(name)

    def walk(self) -> Walk:
        """What was noted."""
        changes = [(one, other) for one, other in zip(self.entered, self.entered[1:], strict=False) if one != other]
        inside = sum(one.startswith("qa.") and other.startswith("qa.") for one, other in changes)
        return Walk(tuple(sorted(set(self.entered))), len(changes), inside)


def walk_of(question: str) -> Walk:
    """Ask a service over the seeds, once to load it and once more, followed."""
    follower = Follower()
    with tempfile.TemporaryDirectory() as folder:
        build([ROOT / "seeds"], folder, IndexConfig())
        asker = open_asker(folder, AskConfig())
        asker.ask(question)
        sys.setprofile(follower)
        try:
            asker.ask(question)
        finally:
            sys.setprofile(None)
        asker.close()
    return follower.walk()


class Source(NamedTuple):
    """A file of ours."""

    name: str
    path: Path
    tree: ast.Module


def sources() -> list[Source]:
    """Every module that ships."""
    paths = [path for package in SHIPPED for path in sorted((ROOT / package).rglob("*.py"))]
    return [Source(_name(path), path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def longest_chain(found: list[Source]) -> list[str]:
    """The longest chain of modules each of which imports the next when it is loaded."""
    names = {source.name for source in found}
    imports = {source.name: set(_imports(source, names)) - {source.name} for source in found}
    chains: dict[str, list[str]] = {}
    for name in graphlib.TopologicalSorter(imports).static_order():
        chains[name] = [name, *max((chains[other] for other in imports[name]), key=len, default=[])]
    return max(chains.values(), key=len)


def _imports(source: Source, names: set[str]) -> Iterator[str]:
    """Modules of ours that a module imports when it is loaded."""
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from (name for name in (whole if whole in names else node.module,) if name in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)


def doubled_names(found: list[Source]) -> dict[str, list[str]]:
    """Classes of one name in several modules."""
    places: dict[str, list[str]] = defaultdict(list)
    for source in found:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(source.name)
    return {name: where for name, where in places.items() if len(where) > 1}


def functions(found: list[Source]) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with where it stands."""
    for source in found:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{source.name}.{node.name}", node


def _arguments(found: ast.arguments) -> int:
    """How many a caller can give."""
    return sum(one.arg not in {"self", "cls"} for one in (*found.posonlyargs, *found.args, *found.kwonlyargs))


def report() -> Iterator[str]:
    """A line for each figure."""
    found = sources()
    walk, chain = walk_of(QUESTION), longest_chain(found)
    yield f"modules that a question passes: {len(walk.modules)}"
    yield f"changes of module on its way: {walk.changes}, {walk.inside} of them within qa"
    yield f"longest chain of imports: {len(chain)} ({' > '.join(chain)})"
    folders = Counter(source.path.parent.relative_to(ROOT).as_posix() for source in found)
    yield f"files of the fullest folders: {', '.join(f'{name} {count}' for name, count in folders.most_common(3))}"
    doubled = doubled_names(found)
    named = ", ".join(f"{name} in {' and '.join(where)}" for name, where in doubled.items())
    yield f"names of two types: {len(doubled)} ({named})"
    long = [name for name, node in functions(found) if (node.end_lineno or 0) - node.lineno >= LONG]
    yield f"functions over {LONG} lines: {len(long)} ({', '.join(long)})"
    many = [name for name, node in functions(found) if _arguments(node.args) > MOST_ARGUMENTS]
    yield f"functions of more than {MOST_ARGUMENTS} arguments: {len(many)} ({', '.join(many)})"
    sizes = Counter[str]()
    for source in found:
        sizes[source.name.partition(".")[0]] += len(source.path.read_text(encoding="utf-8").splitlines())
    yield f"lines: {', '.join(f'{name} {count}' for name, count in sizes.items())}"


def file_map() -> str:
    """Every module with the first line of its docstring, by folder."""
    lines = []
    for package in ("index", "qa", "api", "bench", "train"):
        folders = sorted(path.parent for path in (ROOT / package).rglob("__init__.py"))
        for folder in folders:
            modules = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
            lines.append(f"{folder.relative_to(ROOT).as_posix()}/  {_about(folder / '__init__.py')}")
            lines += [f"    {path.name:<20} {_about(path)}" for path in modules]
    return "\n".join(line.rstrip() for line in lines)


def _about(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0].rstrip(".")


def write_map() -> None:
    """Put the map where the document has it."""
    before = MAPPED.read_text(encoding="utf-8").partition(MAP_HEADING)[0]
    MAPPED.write_text(f"{before}{MAP_HEADING}\n\n```\n{file_map()}\n```\n", encoding="utf-8")


def main() -> None:
    """The figures, or the map."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--map", action="store_true", help=f"write the file map into {MAPPED.relative_to(ROOT)}")
    if parser.parse_args().map:
        write_map()
    else:
        print("\n".join(report()))


if __name__ == "__main__":
    main()
