"""The shape test: ceilings of files and functions, no import cycles, no bare excepts (docs/decisions tell why).

A file over 350 lines, up to 600, says why in a line that begins `# Long because`.
"""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("soc", "rules", "collectors", "correlator", "reports", "dashboards", "socctl")
FILE_LINES = 350
FILE_LINES_WITH_REASON = 600
FILE_MEDIAN = 180
FUNCTION_LINES = 40
REASON = "# Long because"


def faults() -> list[str]:
    """Every place that is out of shape."""
    paths = sorted(path for package in (*CODE, "tools", "bench", "tests") for path in (ROOT / package).rglob("*.py"))
    found: list[str] = []
    for path in paths:
        found += of_text(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    code = [path for path in paths if path.relative_to(ROOT).parts[0] in CODE]
    lengths = [len(path.read_text("utf-8").splitlines()) for path in code if path.name != "__init__.py"]
    if lengths and (median := statistics.median(lengths)) > FILE_MEDIAN:
        found.append(f"median file has {median:.0f} lines, at most {FILE_MEDIAN}")
    return found + [f"import cycle: {' -> '.join(cycle)}" for cycle in cycles(code)]


def of_text(text: str, name: str) -> list[str]:
    """The faults of one file."""
    lines = text.splitlines()
    reasoned = any(line.startswith(REASON) for line in lines)
    limit = FILE_LINES_WITH_REASON if reasoned else FILE_LINES
    found = [f"{name}: {len(lines)} lines, at most {limit}"] if len(lines) > limit else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                found.append(f"{name}:{node.lineno}: function {node.name} has {length} lines, at most {FUNCTION_LINES}")
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            found.append(f"{name}:{node.lineno}: bare except")
    return found


def cycles(paths: list[Path]) -> list[list[str]]:
    """Cycles of imports at module level."""
    modules = {_module(path): path for path in paths}
    graph = {name: sorted(_imports(path, name, modules)) for name, path in modules.items()}
    found: list[list[str]] = []
    done: set[str] = set()
    for start in graph:
        _walk(start, [], graph, done, found)
    return found


def _walk(name: str, trail: list[str], graph: dict[str, list[str]], done: set[str], found: list[list[str]]) -> None:
    if name in trail:
        found.append([*trail[trail.index(name) :], name])
        return
    if name in done:
        return
    for below in graph[name]:
        _walk(below, [*trail, name], graph, done, found)
    done.add(name)


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, name: str, modules: dict[str, Path]) -> Iterator[str]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules and alias.name != name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                # `from package import module` needs the module, `from package import name` the package.
                below = f"{node.module}.{alias.name}"
                target = below if below in modules else node.module
                if target in modules and target != name:
                    yield target
