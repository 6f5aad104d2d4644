from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"index", "qa", "api", "bench", "train", "tests"}
MAY_IMPORT = {
    "index": {"index"},
    "qa": {"qa", "index"},
    "api": {"api", "qa", "index"},
    "bench": OURS - {"tests"},
    "train": OURS - {"tests"},
}
ONLY_WHEN_NEEDED = {"torch", "transformers", "sentence_transformers", "trafilatura", "htmldate"}
PRODUCT = ("index", "qa", "api")


def imported(tree: ast.AST) -> list[str]:
    """Absolute names of the modules that a tree imports, `import_module("...")` included."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found += [name.name for name in names]
            case ast.ImportFrom(module=str(module), level=0):
                found.append(module)
            case ast.Call(func=ast.Name(id="import_module" | "__import__"), args=[ast.Constant(value=str(module)), *_]):
                found.append(module)
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(module)), *_]):
                found.append(module)
    return found


def at_import_time(tree: ast.Module) -> list[str]:
    """What is imported when the module is: nothing below a function, nothing for the type checker only."""
    found = []
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += imported(node)
        waiting += ast.iter_child_nodes(node)
    return found


def parsed(package: str) -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text("utf-8"))) for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_arrow_api_qa_index_is_never_turned_round(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path, tree in parsed(package)
        for name in imported(tree)
        if (top := name.split(".")[0]) in OURS and top not in MAY_IMPORT[package]
    ]
    assert not wrong


@pytest.mark.parametrize("package", PRODUCT)
def test_no_module_brings_a_heavy_library_when_it_is_imported(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path, tree in parsed(package)
        for name in at_import_time(tree)
        if name.split(".")[0] in ONLY_WHEN_NEEDED
    ]
    assert not wrong


def test_the_ingest_story_is_imported_without_a_heavy_library() -> None:
    code = f"import sys, index.pipeline; print(*sorted({ONLY_WHEN_NEEDED!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import qa.pipeline", ["qa.pipeline"]),
        ("from api import app", ["api"]),
        ("def f():\n    from bench.gold import x", ["bench.gold"]),
        ("import importlib\nimportlib.import_module('train.x')", ["importlib", "train.x"]),
        ("from . import x", []),
    ],
)
def test_every_way_to_import_is_seen(code: str, found: list[str]) -> None:
    assert imported(ast.parse(code)) == found


def test_imports_in_functions_and_for_types_are_not_import_time() -> None:
    code = (
        "import a\nif TYPE_CHECKING:\n    import b\nelse:\n    import c\nclass D:\n    import d\n    def e(): import f"
    )
    assert sorted(at_import_time(ast.parse(code))) == ["a", "c", "d"]
