"""The files of the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.shell.static import FOLDER, static_files

TEMPLATES = sorted(FOLDER.parent.glob("*/templates/*.html"))
COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}\b(?![-\w])|\brgba?\(|\bhsla?\(")


def test_a_file_is_served_under_its_hash(guest: TestClient) -> None:
    response = guest.get(static_files().url("css/tokens.css"), headers={"Accept-Encoding": "gzip"})

    assert response.status_code == 200
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-type"].startswith("text/css")


def test_a_font_is_not_compressed_twice(guest: TestClient) -> None:
    response = guest.get(static_files().url("vendor/fonts/jetbrains-mono-latin-400.woff2"))

    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("path", ["/static/old/css/tokens.css", "/static/{version}/../app.py", "/static/{version}/x"])
def test_anything_else_is_not_found(guest: TestClient, path: str) -> None:
    assert guest.get(path.format(version=static_files().version)).status_code == 404


def test_an_unknown_name_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        static_files().url("css/none.css")


def test_the_first_load_stays_small() -> None:
    files = static_files().files
    first = [
        file
        for name, file in files.items()
        if name in ("css/all.css", "js/all.js") or name.endswith((".woff2", ".svg"))
    ]

    assert sum(len(file.packed or file.data) for file in first) <= 190_000
    assert all(len(files[name].packed or b"") <= 16_384 for name in ("css/all.css", "css/figures.css"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_templates_hold_no_style_script_or_colour(path: Path) -> None:
    text = path.read_text("utf-8")
    colours = [found for found in COLOUR.findall(text) if not found.startswith("#main")]

    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|js:|\|\s*safe|<script(?![^>]*nonce)", text)
    assert colours == []


def test_only_the_token_file_has_colours() -> None:
    for path in FOLDER.glob("css/**/*.css"):
        assert path.name == "tokens.css" or COLOUR.findall(path.read_text("utf-8")) == [], path.name


def test_templates_are_short() -> None:
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in TEMPLATES)

    assert lengths[len(lengths) // 2] <= 80
