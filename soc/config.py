"""Settings: defaults < `soc.toml` < environment (`SOC_SECTION__KEY`) < command line; all faults at once.

An empty file is valid and safe: loopback only, nothing outbound, demo off.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from soc.errors import ConfigError, Fault
from soc.settings import FileInput, Settings

PREFIX = "SOC_"
# Names in the environment that are ours and no settings.
RESERVED = frozenset({"SOC_LANG", "SOC_PROOF", "SOC_CONFIG"})


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of one file (None: `./soc.toml` when it is there) and the environment.

    Raises ConfigError with every fault of both.
    """
    path = path if path is not None else Path("soc.toml")
    text = _read(path)
    document, faults = _parse(text, path)
    overrides = _from_environment(os.environ if environment is None else environment)
    merged = _merge(document, overrides)
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        faults += [_fault(item, path, text, overrides) for item in error.errors()]
        raise ConfigError(faults) from None
    if faults:
        raise ConfigError(faults)
    return settings


def origins(path: Path | None = None, environment: Mapping[str, str] | None = None) -> list[tuple[str, Any, str]]:
    """(name, value, where it came from) of every setting."""
    path = path if path is not None else Path("soc.toml")
    document, _ = _parse(_read(path), path)
    overrides = _from_environment(os.environ if environment is None else environment)
    rows = []
    for name, value in flatten(load(path, environment).model_dump()):
        if _has(overrides, name.split(".")):
            origin = f"environment {PREFIX}{name.upper().replace('.', '__')}"
        else:
            origin = str(path) if _has(document, name.split(".")) else "default"
        rows.append((name, value, origin))
    return rows


def flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """(dotted name, value) of every leaf."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        if path.name != "soc.toml" or path.parent != Path("."):
            fault = Fault(str(path), 0, "SOC-1003", "no such file - check the name after --config")
            raise ConfigError([fault]) from None
        return ""
    except UnicodeDecodeError as error:
        fault = Fault(str(path), 0, "SOC-1003", f"not UTF-8 at byte {error.start} - save it as UTF-8")
        raise ConfigError([fault]) from None


def _parse(text: str, path: Path) -> tuple[dict[str, Any], list[Fault]]:
    try:
        return tomllib.loads(text), []
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, 0)
        message = str(error).split(" (at ")[0]
        return {}, [Fault(str(path), line, "SOC-1003", f"{message} - mend this line", column)]


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in sorted(environment.items()):
        if name.startswith(PREFIX) and name not in RESERVED:
            *parents, leaf = name.removeprefix(PREFIX).lower().split("__")
            node = tree
            for parent in parents:
                node = node.setdefault(parent, {})
            node[leaf] = value
    return tree


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _merge(below, value) if both else value  # type: ignore[arg-type]  # both are mappings here
    return merged


def _has(tree: Any, keys: list[str]) -> bool:
    for key in keys:
        if not isinstance(tree, Mapping) or key not in tree:
            return False
        tree = tree[key]
    return True


def _fault(item: Any, path: Path, text: str, overrides: Mapping[str, Any]) -> Fault:
    keys = [str(key) for key in item["loc"]]
    name = ".".join(keys)
    plain = [key for key in keys if not key.isdigit()]
    if _has(overrides, plain):
        place, line = f"environment {PREFIX}{'__'.join(plain).upper()}", 0
    else:
        place, line = str(path), line_of(text, keys)
    if item["type"] == "extra_forbidden":
        near = get_close_matches(keys[-1], _names(plain[:-1]), n=1, cutoff=0.6)
        hint = f"did you mean '{near[0]}'?" if near else "`socctl config reference` lists the names"
        return Fault(place, line, "SOC-1001", f"unknown setting '{name}' - {hint}")
    got = "" if item["type"] == "missing" else f" (it is {item['input']!r})"
    return Fault(place, line, "SOC-1002", f"{name}: {item['msg']}{got} - see `socctl config reference`")


def _names(keys: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for key in keys:
        field = model.model_fields.get(key)
        inner = FileInput if key == "files" else field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)


def line_of(text: str, keys: list[str]) -> int:
    """The line of a dotted key in TOML text, of its table when the key stands nowhere, 0 when neither does."""
    table: list[str] = []
    best, seen = 0, -1
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([\w.\-\" ]+?)\s*\]+", line)
        if header:
            table = [part.strip(' "') for part in header[1].split(".")]
            depth = _depth(table, keys)
            if depth == len(table) and depth > seen:
                best, seen = number, depth
            continue
        entry = re.match(r"\s*([\w.\-\"]+)\s*=", line)
        if entry:
            full = table + [part.strip('"') for part in entry[1].split(".")]
            plain = [key for key in keys if not key.isdigit()]
            if full == plain[: len(full)]:
                return number
    return best


def _depth(table: list[str], keys: list[str]) -> int:
    plain = [key for key in keys if not key.isdigit()]
    return len(table) if table == plain[: len(table)] else -1
