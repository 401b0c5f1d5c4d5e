from __future__ import annotations

import re
from pathlib import Path

from soc.codes import explanations
from tools.shape import CODE, ROOT


def used() -> set[str]:
    """Every code that our program text names."""
    paths = (path for package in CODE for path in (ROOT / package).rglob("*.py"))
    return {
        code
        for path in paths
        for code in re.findall(r"SOC-\d{4}|KPI-[EWI]-[A-Z]+(?:-[A-Z]+)*", Path(path).read_text("utf-8"))
    }


def test_every_code_in_use_is_explained_in_both_languages() -> None:
    table = explanations()
    assert used() - set(table) == set()
    for code, texts in table.items():
        assert set(texts) == {"en", "vi"}, code
        assert all(one.meaning and one.cause and one.fix for one in texts.values()), code


def test_every_explained_code_is_in_use() -> None:
    assert set(explanations()) - used() - {"SOC-1000"} == set()
