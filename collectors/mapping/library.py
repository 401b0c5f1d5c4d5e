"""The mappings there are: those that ship, and those of the site, which win by name and can change while we run."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import structlog

from collectors.mapping.compile import compile_mapping
from collectors.mapping.document import WRONG_FORM
from collectors.mapping.mapping import MappingParser
from soc.errors import Fault, MappingError

log = structlog.get_logger(__name__)


@cache
def shipped_names() -> tuple[str, ...]:
    """Names of the files in collectors/mappings."""
    folder = files("collectors.mappings")
    return tuple(sorted(entry.name[:-4] for entry in folder.iterdir() if entry.name.endswith(".yml")))


@cache
def shipped(name: str) -> MappingParser:
    """A mapping that ships; KeyError when there is none. Its patterns were timed by our tests."""
    if name not in shipped_names():
        raise KeyError(name)
    return compile_mapping(_shipped_text(name), f"collectors/mappings/{name}.yml", measure=False, base=_shipped_text)


def _shipped_text(name: str) -> str:
    if name not in shipped_names():
        raise KeyError(name)
    return files("collectors.mappings").joinpath(f"{name}.yml").read_text("utf-8")


class SiteMappings:
    """The folder of the site. A file that becomes bad keeps the mapping that it was before; `faults` says why."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, tuple[int, int]] = {}
        self._by_path: dict[Path, MappingParser] = {}
        self.faults: dict[Path, MappingError] = {}

    def reload(self) -> bool:
        """Reads what changed since the last call; True when anything did."""
        paths = sorted(self._folder.glob("*.yml")) if self._folder.is_dir() else []
        changed = False
        for gone in self._seen.keys() - set(paths):
            changed = True
            self._seen.pop(gone, None)
            self._by_path.pop(gone, None)
            self.faults.pop(gone, None)
        for path in paths:
            state = path.stat()
            mark = (state.st_mtime_ns, state.st_size)
            if self._seen.get(path) != mark:
                self._seen[path] = mark
                self._load(path)
                changed = True
        return changed

    def parsers(self) -> dict[str, MappingParser]:
        """Name -> the last good mapping of that name."""
        return {parser.name: parser for parser in self._by_path.values()}

    def _load(self, path: Path) -> None:
        try:
            text = path.read_text("utf-8")
            self._by_path[path] = compile_mapping(text, str(path), base=_shipped_text)
            self.faults.pop(path, None)
        except UnicodeDecodeError as error:
            words = f"not UTF-8 at byte {error.start} - save the file as UTF-8"
            self.faults[path] = MappingError([Fault(str(path), 0, WRONG_FORM, words)])
        except MappingError as error:
            self.faults[path] = error
        if path in self.faults:
            why = str(self.faults[path])
            log.error("a mapping of the site cannot be used", path=str(path), kept=path in self._by_path, why=why)
