"""What a power cut leaves: the writes and syncs of a real process, recorded by strace, kept, dropped or torn.

Only what was synced is sure. Of the rest each write may be there, be missing or be torn at a sector, in any mix
between files; names made, moved or unlinked may be missing from a point on, folder by folder.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CALLS = (
    "openat,write,pwrite64,writev,pwritev,fsync,fdatasync,lseek,rename,renameat2,unlink,unlinkat,ftruncate,mkdir,rmdir"
)
SECTOR = 512

_CALL = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)")
_UNFINISHED = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(slots=True)
class File:
    """One inode: what it holds now, what is sure, and the changes between the two."""

    now: bytearray = field(default_factory=bytearray)
    sure: bytes = b""
    loose: list[tuple[int, bytes | None]] = field(default_factory=list)

    def change(self, offset: int, data: bytes | None) -> None:
        _apply(self.now, offset, data)
        self.loose.append((offset, data))

    def sync(self) -> None:
        self.sure, self.loose = bytes(self.now), []

    def after_cut(self, chance: random.Random) -> bytes:
        content = bytearray(self.sure)
        for offset, data in self.loose:
            fate = chance.random()
            if fate < 0.5:
                _apply(content, offset, data)
            elif fate < 0.7 and data:
                _apply(content, offset, data[: chance.randrange(len(data)) // SECTOR * SECTOR])
        return bytes(content)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    """A write, or with None the truncation to `offset`."""
    end = offset if data is None else offset + len(data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset:end] = data


@dataclass(slots=True)
class Disk:
    """Names and files below `root`; None as a file stands for a folder."""

    root: str
    names: dict[str, File | None] = field(default_factory=dict)
    sure: dict[str, File | None] = field(default_factory=dict)
    loose: list[tuple[str, str, File | None]] = field(default_factory=list)  # (name gone, name made, file)
    open: dict[int, tuple[str, File | None]] = field(default_factory=dict)
    place: dict[int, int] = field(default_factory=dict)
    said: bytes = b""

    def take(self, call: str, words: str, answer: int) -> None:
        """One system call that did not fail."""
        texts = [_plain(text) for text in _TEXT.findall(words)]
        number = words.split("<", 1)[0]
        handle = int(number) if number.isdigit() else -1
        if call == "openat":
            self._open(texts[0].decode(), words, answer)
        elif call in ("rename", "renameat2"):
            self._rename(texts[0].decode(), texts[1].decode())
        elif call in ("unlink", "unlinkat", "rmdir"):
            self._name(texts[0].decode(), "", None)
        elif call == "mkdir":
            self._name("", texts[0].decode(), None)
        elif call == "write" and handle == 1:
            self.said += texts[0]
        elif handle in self.open:
            self._file(call, handle, words, texts, answer)

    def after_cut(self, target: Path, chance: random.Random) -> None:
        """Lays one of the possible states down in `target`."""
        names = dict(self.sure)
        broken: set[str] = set()
        for gone, made, file in self.loose:
            folder = (made or gone).rpartition("/")[0]
            if folder in broken or chance.random() < 0.3:
                broken.add(folder)
                continue
            names.pop(gone, None)
            if made:
                names[made] = file
        for name in sorted(names):
            path = target / name[len(self.root) :].lstrip("/")
            if not path.parent.exists() or name.endswith("-shm"):
                continue  # its folder was lost, or it is memory
            content = names[name]
            if content is None:
                path.mkdir(exist_ok=True)
            else:
                path.write_bytes(content.after_cut(chance))

    def _open(self, path: str, words: str, answer: int) -> None:
        if not path.startswith(self.root):
            self.open.pop(answer, None)
            return
        if "O_CREAT" in words and path not in self.names:
            self._name("", path, File())
        file = self.names.get(path)
        if file is not None and "O_TRUNC" in words:
            file.change(0, None)
        self.open[answer], self.place[answer] = (path, file), 0

    def _file(self, call: str, handle: int, words: str, texts: Sequence[bytes], answer: int) -> None:
        path, file = self.open[handle]
        if call in ("fsync", "fdatasync"):
            file.sync() if file is not None else self._sync_names(path)
        elif file is None:
            return
        elif call == "lseek":
            self.place[handle] = answer
        elif call == "ftruncate":
            file.change(int(words.rpartition(", ")[2]), None)
        elif call == "pwrite64":
            file.change(int(words.rpartition(", ")[2]), texts[0][:answer])
        elif call == "write":
            file.change(self.place[handle], texts[0][:answer])
            self.place[handle] += answer
        else:
            raise AssertionError(f"the record holds a {call} of {path}, which this model does not know")

    def _rename(self, old: str, new: str) -> None:
        self._name(old, new, self.names.get(old))

    def _name(self, gone: str, made: str, file: File | None) -> None:
        if not (gone or made).startswith(self.root):
            return
        self.names.pop(gone, None)
        if made:
            self.names[made] = file
        self.loose.append((gone, made, file))

    def _sync_names(self, folder: str) -> None:
        rest = []
        for gone, made, file in self.loose:
            if (made or gone).rpartition("/")[0] != folder:
                rest.append((gone, made, file))
                continue
            self.sure.pop(gone, None)
            if made:
                self.sure[made] = file
        self.loose = rest


def recorded(words: Sequence[str], root: Path, record: Path, cwd: Path) -> list[tuple[str, str, int]]:
    """Runs the command under strace; its calls below `root` that did not fail, and what it said, in order."""
    strace = ["strace", "-f", "-y", "-xx", "-s", "9000000", "-e", f"trace={CALLS}", "-o", str(record)]
    subprocess.run([*strace, *words, str(root)], check=True, stdout=subprocess.DEVNULL, timeout=300, cwd=cwd)
    below = "".join(f"\\x{byte:02x}" for byte in str(root).encode())
    with record.open() as lines:
        return [call for call in _calls(lines) if below in call[1] or (call[0] == "write" and call[1].startswith("1<"))]


def can_record() -> bool:
    """Whether strace is here and may trace."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0


def states(
    calls: Sequence[tuple[str, str, int]], folders: Sequence[Path], folder: Path, count: int, chance: random.Random
) -> Iterator[tuple[Path, bytes]]:
    """`count` directories as power cuts may leave them, and what the process had said until then. `folders`: the
    root, and what lay in it before the process began."""
    moments = sorted(chance.randrange(1, len(calls) + 1) for _ in range(count))
    disk = Disk(str(folders[0]))
    for known in map(str, folders):
        disk.sure[known] = disk.names[known] = None
    for number, call in enumerate(calls, 1):
        disk.take(*call)
        while moments and moments[0] == number:
            moments.pop(0)
            target = folder / f"state{count - len(moments)}"
            target.mkdir(parents=True)
            disk.after_cut(target, chance)
            yield target, disk.said
            shutil.rmtree(target)


def _calls(lines: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    begun: dict[str, str] = {}
    for line in lines:
        if part := _UNFINISHED.match(line):
            begun[part[1]] = part[2]
            continue
        if part := _RESUMED.match(line):
            line = f"{part[1]} {begun.pop(part[1], '')}{part[2]}"
        found = _CALL.match(line)
        if found and int(found[4]) >= 0:
            yield found[2], found[3], int(found[4])


def _plain(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
