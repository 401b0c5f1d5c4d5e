"""Fetches the browser files that we ship, each pinned by version and SHA-256, from npm packages.

`python -m tools.vendor` fetches and writes; `--check` compares what is in the tree with the table, offline.
The table lands in `dashboards/static/vendor/vendor.json`, so that licences travel with the files.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = "dashboards/static/vendor"
TABLE = ROOT / VENDOR / "vendor.json"
VIET = "@fontsource/be-vietnam-pro"
MONO = "@fontsource/jetbrains-mono"


@dataclass(frozen=True, slots=True)
class Vendored:
    """One file: from which package, where it goes, and what it must be."""

    package: str
    version: str
    file: str
    target: str
    licence: str
    sha256: str


def _font(package: str, family: str, subset: str, weight: int, sha256: str) -> Vendored:
    name = f"{family}-{subset}-{weight}"
    return Vendored(package, "5.3.0", f"files/{name}-normal.woff2", f"{VENDOR}/fonts/{name}.woff2", "OFL-1.1", sha256)


FILES = (
    Vendored(
        "htmx.org",
        "4.0.1",
        "dist/htmx.min.js",
        f"{VENDOR}/htmx.min.js",
        "0BSD",
        "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    ),
    Vendored(
        "htmx.org",
        "4.0.1",
        "dist/ext/hx-csp.min.js",
        f"{VENDOR}/hx-csp.min.js",
        "0BSD",
        "a7e1e6711ae6c3e50ad300fba7936cbe8d07599cdae313414a179ddd6b26e143",
    ),
    Vendored(
        "htmx.org",
        "4.0.1",
        "dist/ext/hx-sse.min.js",
        f"{VENDOR}/hx-sse.min.js",
        "0BSD",
        "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
    ),
    Vendored(
        "uplot",
        "1.6.32",
        "dist/uPlot.iife.min.js",
        f"{VENDOR}/uplot.min.js",
        "MIT",
        "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    ),
    Vendored(
        "uplot",
        "1.6.32",
        "dist/uPlot.min.css",
        f"{VENDOR}/uplot.min.css",
        "MIT",
        "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    ),
    _font(VIET, "be-vietnam-pro", "latin", 400, "03d1b589cff172e1a670b3573e731d3380bc326f80cf83b0d3504e3188e2e074"),
    _font(VIET, "be-vietnam-pro", "latin", 600, "9503dec2a7c532c8331e9600bcafea287a4fd208573b8668d85ab8d8de1863c7"),
    _font(
        VIET, "be-vietnam-pro", "vietnamese", 400, "dc085e2fba3414e5c5bf1e6172f921a9f81c5859946a4ed3d63c1e470d96a9e2"
    ),
    _font(
        VIET, "be-vietnam-pro", "vietnamese", 600, "97658c6f9a384f29a3005c3d96e2a0d1c810192cf68979071c290f5a377a9f99"
    ),
    _font(MONO, "jetbrains-mono", "latin", 400, "14425ba9c695763c1547f48a206b7aa60350a33ae23de09f0407877f3fcd89eb"),
    _font(
        MONO, "jetbrains-mono", "vietnamese", 400, "efc9e0df126ca6dd1c37a022bfe1d664d23b3fcaa32979d2028ecb4c074306c8"
    ),
    Vendored(
        "htmx.org",
        "4.0.1",
        "LICENSE",
        f"{VENDOR}/licences/htmx.txt",
        "0BSD",
        "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
    ),
    Vendored(
        "uplot",
        "1.6.32",
        "LICENSE",
        f"{VENDOR}/licences/uplot.txt",
        "MIT",
        "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
    ),
    Vendored(
        VIET,
        "5.3.0",
        "LICENSE",
        f"{VENDOR}/licences/be-vietnam-pro.txt",
        "OFL-1.1",
        "0bd4db1cda123af9d91794b0f98324b7d7d81aef0fcaf78c433160153f2c6f25",
    ),
    Vendored(
        MONO,
        "5.3.0",
        "LICENSE",
        f"{VENDOR}/licences/jetbrains-mono.txt",
        "OFL-1.1",
        "403581b69dac5cff4079205e01c6b467e56af449ecbd7247693ddb1baafa005b",
    ),
    Vendored(
        "axe-core",
        "4.14.1",
        "axe.min.js",
        "tests/pages/vendor/axe.min.js",
        "MPL-2.0",
        "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    ),
)


def faults() -> list[str]:
    """What in the tree differs from the table."""
    wrong = []
    for entry in FILES:
        path = ROOT / entry.target
        if not path.exists():
            wrong.append(f"{entry.target}: missing - run `python -m tools.vendor`")
        elif digest(path.read_bytes()) != entry.sha256:
            wrong.append(f"{entry.target}: not {entry.package} {entry.version} - run `python -m tools.vendor`")
    return wrong


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fetch() -> None:
    """Packs each package once with npm, checks every file before it is written."""
    with tempfile.TemporaryDirectory() as folder:
        packed: dict[str, Path] = {}
        for entry in FILES:
            spec = f"{entry.package}@{entry.version}"
            if spec not in packed:
                packed[spec] = _pack(spec, Path(folder))
            data = _member(packed[spec], f"package/{entry.file}")
            if digest(data) != entry.sha256:
                raise SystemExit(f"{spec} {entry.file}: SHA-256 is {digest(data)}, expected {entry.sha256}")
            target = ROOT / entry.target
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    TABLE.write_text(json.dumps(table(), indent=1) + "\n", "utf-8")


def table() -> list[dict[str, str]]:
    """The rows of `vendor.json`."""
    return [
        {
            "file": entry.target,
            "package": entry.package,
            "version": entry.version,
            "licence": entry.licence,
            "sha256": entry.sha256,
        }
        for entry in FILES
    ]


def _pack(spec: str, folder: Path) -> Path:
    done = subprocess.run(
        ["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True, timeout=120
    )
    return folder / done.stdout.split()[-1]


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as opened:
        member = opened.extractfile(name)
        if member is None:
            raise SystemExit(f"{archive.name}: no {name}")
        return member.read()


def main() -> int:
    """`--check` changes nothing."""
    if "--check" not in sys.argv:
        fetch()
    wrong = faults()
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
