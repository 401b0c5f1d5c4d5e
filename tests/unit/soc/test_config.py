from __future__ import annotations

from pathlib import Path

import pytest

from soc.config import load, origins
from soc.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "soc.toml"
    path.write_text(text, "utf-8")
    return path


def faults(path: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environment or {})
    return [str(fault).removeprefix(f"{path.parent}/") for fault in caught.value.faults]


def test_no_file_and_an_empty_file_are_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(environment={}) == load(written(tmp_path, ""), {})
    assert load(environment={}).web.host == "127.0.0.1"


def test_all_faults_come_at_once_with_line_and_nearest_name(tmp_path: Path) -> None:
    text = '[web]\nprot = 3\nport = "abc"\n\n[[intake.files]]\npath = "x"\nsuorce = "y"\n[evnts]\n'
    found = faults(written(tmp_path, text), {"SOC_WEB__HSOT": "1"})
    assert sorted(found) == [
        "environment SOC_WEB__HSOT: SOC-1001: unknown setting 'web.hsot' - did you mean 'host'?",
        "soc.toml:2: SOC-1001: unknown setting 'web.prot' - did you mean 'port'?",
        "soc.toml:3: SOC-1002: web.port: Input should be a valid integer, unable to parse string as an integer"
        " (it is 'abc') - see `socctl config reference`",
        "soc.toml:5: SOC-1002: intake.files.0.source: Field required - see `socctl config reference`",
        "soc.toml:7: SOC-1001: unknown setting 'intake.files.0.suorce' - did you mean 'source'?",
        "soc.toml:8: SOC-1001: unknown setting 'evnts' - did you mean 'events'?",
    ]


def test_broken_toml_is_named_by_line(tmp_path: Path) -> None:
    (fault,) = faults(written(tmp_path, "[web]\nport = \n"))
    assert fault.startswith("soc.toml:2:8: SOC-1003: Invalid value")


def test_a_file_that_is_not_there_or_no_text_is_an_error(tmp_path: Path) -> None:
    assert "no such file" in faults(tmp_path / "other.toml")[0]
    (tmp_path / "soc.toml").write_bytes(b"a = '\xff'")
    assert "not UTF-8" in faults(tmp_path / "soc.toml")[0]


def test_the_environment_outranks_the_file_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "[web]\nport = 81\nhost = '127.0.0.2'\n")
    environment = {"SOC_WEB__PORT": "82", "SOC_LANG": "vi"}
    assert load(path, environment).web.port == 82
    rows = {name: (value, origin) for name, value, origin in origins(path, environment)}
    assert rows["web.port"] == (82, "environment SOC_WEB__PORT")
    assert rows["web.host"] == ("127.0.0.2", str(path))
    assert rows["demo"] == (False, "default")
