"""JSON spread over lines is read value by value; NDJSON stays NDJSON."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from collectors.file_kind import Kind, kind_of
from collectors.files import opened, records
from collectors.json_stream import documents
from soc.errors import SourceError


def written(folder: Path, text: str) -> Path:
    path = folder / "events.json"
    path.write_text(text, "utf-8")
    return path


def test_objects_over_several_lines_are_found_one_by_one(tmp_path: Path) -> None:
    path = written(tmp_path, '{\n  "a": "}{"\n}\n{\n  "a": 2\n}\n')
    assert kind_of(path) is Kind.JSON
    with opened(path, problem=lambda _, why: pytest.fail(why)) as inputs:
        found = [orjson.loads(record.data) for item in inputs for record in records(item, source="t")]
    assert found == [{"a": "}{"}, {"a": 2}]


@pytest.mark.parametrize("text", ['{"a":1}\n{"a":2}\n', '{"a":1}', '{"a": broken}\n{"a":2}\n'])
def test_one_object_a_line_is_ndjson(tmp_path: Path, text: str) -> None:
    assert kind_of(written(tmp_path, text)) is Kind.NDJSON


def test_what_stops_being_json_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, '{\n"a": 1\n}\n{\n"a": \n')
    found = documents(path, "events.json")
    assert next(found)[1] == b'{\n"a": 1\n}'
    with pytest.raises(SourceError, match=r"events\.json:4"):
        next(found)
