"""YAML as rules use it: the C-speed safe loader with limits, duplicate keys refused, dates left as text.

Sigma keeps YAML 1.1's reading of `yes`, `010` or `12:30`; each such value is a warning at its line.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from soc.errors import Fault

MAX_BYTES = 4 * 1024 * 1024
MAX_NODES = 200_000
MAX_ALIASES = 100
MAX_DEPTH = 32

_DATE = "tag:yaml.org,2002:timestamp"
_DATE_KEYS = frozenset({"date", "modified", "expires", "created"})
_PLAIN_WORDS = frozenset({"true", "false"})
_COLLECTIONS = (yaml.SequenceStartEvent, yaml.MappingStartEvent)


@dataclass(slots=True)
class YamlFile:
    """The documents of one file and their first lines, or the fault that makes it unreadable; `warnings` are
    (line, message)."""

    documents: list[Any] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    fault: Fault | None = None
    warnings: list[tuple[int, str]] = field(default_factory=list)


def read_yaml(data: bytes, path: str) -> YamlFile:
    """Reads all documents within the limits. Never raises for what the bytes hold."""
    found = YamlFile()
    text = _text(data, path, found)
    if text is None:
        return found
    found.fault = _outside_limits(text, path)
    if found.fault:
        return found
    loader = _Loader(text)
    loader.warnings = found.warnings
    try:
        while loader.check_node():
            node: Any = loader.get_node()
            found.lines.append(node.start_mark.line + 1)
            found.documents.append(loader.construct_document(node))
    except _DuplicateError as error:
        found.fault = Fault(path, error.line, "SOC-1102", str(error))
    except yaml.MarkedYAMLError as error:
        found.fault = _marked(error, path)
    except (yaml.YAMLError, ValueError) as error:
        # A date that does not exist, or an integer past any machine's limit.
        found.fault = Fault(path, 0, "SOC-1100", f"not readable as YAML: {_one_line(error)}")
    finally:
        loader.dispose()
    return found


def _text(data: bytes, path: str, found: YamlFile) -> str | None:
    if len(data) > MAX_BYTES:
        found.fault = Fault(path, 0, "SOC-1103", "the file is larger than 4 MiB - split it")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found.fault = Fault(path, line, "SOC-1101", "not UTF-8 - save the file as UTF-8")
        return None


def _outside_limits(text: str, path: str) -> Fault | None:
    """Counts on the event stream, before any tree is built: composing 100,000 brackets overflows the C stack."""
    depth = aliases = 0
    sizes = _Sizes()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, _COLLECTIONS) - isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent))
            aliases += isinstance(event, yaml.AliasEvent)
            broken = _broken(depth, aliases, sizes.add(event))
            if broken:
                mark: Any = event.start_mark
                return Fault(path, mark.line + 1, "SOC-1103", broken, mark.column + 1)
    except yaml.MarkedYAMLError as error:
        return _marked(error, path)
    except yaml.YAMLError as error:
        return Fault(path, 0, "SOC-1100", f"not readable as YAML: {_one_line(error)}")
    return None


def _broken(depth: int, aliases: int, nodes: int) -> str | None:
    if depth > MAX_DEPTH:
        return f"nested deeper than {MAX_DEPTH} levels"
    if aliases > MAX_ALIASES:
        return f"more than {MAX_ALIASES} aliases"
    if nodes > MAX_NODES:
        return f"more than {MAX_NODES:,} values, aliases counted as what they stand for"
    return None


class _Sizes:
    """Counts nodes as if every alias were written out, so ten aliases of ten aliases count as a hundred."""

    def __init__(self) -> None:
        self._anchored: dict[str, int] = {}
        self._open: list[tuple[str | None, int]] = []
        self._total = 0

    def add(self, event: Any) -> int:
        if isinstance(event, yaml.AliasEvent):
            endless = any(anchor == event.anchor for anchor, _ in self._open)
            self._total += MAX_NODES if endless else self._anchored.get(str(event.anchor), 1)
        elif isinstance(event, _COLLECTIONS):
            self._open.append((event.anchor, self._total))
            self._total += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            anchor, before = self._open.pop()
            if anchor:
                self._anchored[anchor] = self._total - before
        elif isinstance(event, yaml.ScalarEvent):
            self._total += 1
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchored.clear()
        return self._total


class _DuplicateError(Exception):
    def __init__(self, key: object, line: int, first: int) -> None:
        super().__init__(f"the key '{key}' stands twice in one map (first at line {first}) - keep one")
        self.line = line


class _Loader(yaml.CSafeLoader):
    """The safe loader that knows which of its values were not what they look like."""

    warnings: list[tuple[int, str]]

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - its caller
        lines: dict[object, int] = {}
        # A tag may claim that anything is a map; the parent class says what is wrong then.
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or key.tag == "tag:yaml.org,2002:merge":
                continue
            if (key.tag, name) in lines:
                raise _DuplicateError(name, key.start_mark.line + 1, lines[key.tag, name])
            lines[key.tag, name] = key.start_mark.line + 1
            if value.tag == _DATE and name not in _DATE_KEYS:
                message = f"YAML reads {value.value} as a date; it is kept as text - quote it"
                self.warnings.append((value.start_mark.line + 1, message))
        return super().construct_mapping(node, deep=deep)


def _plain(_: _Loader, node: yaml.ScalarNode) -> str:
    """A date stays the text it was."""
    return str(node.value)


def _boolean(loader: _Loader, node: yaml.ScalarNode) -> bool:
    if node.value.lower() not in _PLAIN_WORDS:
        loader.warnings.append((node.start_mark.line + 1, f"YAML reads {node.value} as a boolean - quote it"))
    return bool(loader.construct_yaml_bool(node))


def _integer(loader: _Loader, node: yaml.ScalarNode) -> int:
    value = int(loader.construct_yaml_int(node))
    if node.value.lstrip("+") != str(value):
        loader.warnings.append((node.start_mark.line + 1, f"YAML reads {node.value} as the number {value} - quote it"))
    return value


def _float(loader: _Loader, node: yaml.ScalarNode) -> float:
    value = float(loader.construct_yaml_float(node))
    if "_" in node.value or ":" in node.value:
        loader.warnings.append((node.start_mark.line + 1, f"YAML reads {node.value} as the number {value} - quote it"))
    return value


_Loader.add_constructor(_DATE, _plain)
_Loader.add_constructor("tag:yaml.org,2002:bool", _boolean)
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def _marked(error: yaml.MarkedYAMLError, path: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    if isinstance(error, yaml.constructor.ConstructorError) and "tag" in str(error.problem):
        return Fault(path, line, "SOC-1104", f"{error.problem} - remove the tag", column)
    return Fault(path, line, "SOC-1100", f"not readable as YAML: {error.problem or error.context}", column)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


Places = dict[tuple[int, tuple[str | int, ...]], tuple[int, int]]


def places(data: bytes) -> Places:
    """(document, path) -> (line, column) of each key and item; read only when something is to be reported."""
    table: Places = {}
    loader = yaml.CSafeLoader(data.decode("utf-8-sig"))
    try:
        document = 0
        while loader.check_node():
            for path, line, column in _walk(loader.get_node(), ()):
                table[document, path] = (line, column)
            document += 1
    except yaml.YAMLError:
        # What could be composed has its place; the rest is reported without one.
        return table
    finally:
        loader.dispose()
    return table


def _walk(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], int, int]]:
    if not path:
        yield (), node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                mark = _value_mark(key, value)
                yield (*path, str(key.value)), mark.line + 1, mark.column + 1
                yield from _walk(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            quoted = isinstance(value, yaml.ScalarNode) and value.style in ("'", '"')
            yield (*path, index), value.start_mark.line + 1, value.start_mark.column + 1 + quoted
            yield from _walk(value, (*path, index))


def _value_mark(key: Any, value: Any) -> Any:
    """A one-line value is pointed at itself, everything else at its key."""
    if (
        isinstance(value, yaml.ScalarNode)
        and value.start_mark.line == key.start_mark.line
        and value.style not in ("|", ">")
    ):
        return _Mark(value.start_mark.line, value.start_mark.column + (value.style in ("'", '"')))
    return key.start_mark


@dataclass(frozen=True, slots=True)
class _Mark:
    line: int
    column: int
