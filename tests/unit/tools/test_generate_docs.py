"""The documents that are made from the program say what the program says."""

from __future__ import annotations

import pytest

from tools import generate_docs


def test_the_documents_are_those_of_this_program() -> None:
    assert generate_docs.faults() == []


def test_a_document_that_is_behind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate_docs, "DOCUMENTS", {"README.md": lambda: "something else", "docs/none.md": str})
    assert [fault.split(" ", 1)[0] for fault in generate_docs.faults()] == ["README.md", "docs/none.md"]
