"""Our own rules: complete, in two languages, in glossary words, each reached by a scenario."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.simulate.province import SCENARIOS
from correlator.language.documents import State
from correlator.pack import Pack
from correlator.samples import SAMPLES, read_samples
from soc.attack import attack_table
from soc.fold import fold
from soc.logsource import load_table
from soc.query.parse import parse
from tests.builders import NOON
from tests.corpus import ROOT, reference

RULES = ROOT / "rules"
FILES = sorted(RULES.rglob("*.yml"))
DOCUMENTS: list[tuple[Path, dict[str, Any]]] = [
    (path, document) for path in FILES for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
BY_NAME = {document["name"]: document for _, document in DOCUMENTS}
CORRELATIONS = {name: document for name, document in BY_NAME.items() if "correlation" in document}
SINGLES = {name: document for name, document in BY_NAME.items() if "detection" in document}
REQUIRED = (
    *("title", "id", "name", "status", "description", "author", "date", "tags", "falsepositives", "level", "license"),
    *("soc", "vi", "en"),
)
PROBES = {scenario.__name__.replace("_", "-") for scenario in SCENARIOS.values()} | {"dns-tunnel"}
# Rules of the demo's attacks, as detection-content.md counts them: base rules of its second list stand apart.
UNCOUNTED = {"web_404_answer", "dns_query_long"}

every = pytest.mark.parametrize("name", BY_NAME)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack([RULES])


def test_there_are_twenty_rules_and_five_correlations() -> None:
    assert len(SINGLES.keys() - UNCOUNTED) >= 20
    assert len(CORRELATIONS) >= 5


def test_every_document_loads_without_a_word(pack: Pack) -> None:
    assert [str(fault) for fault in (*pack.faults, *pack.warnings)] == []
    assert pack.counts() == {State.LOADED: len(DOCUMENTS)}


@every
def test_a_rule_has_every_required_key(name: str) -> None:
    document = BY_NAME[name]
    assert [key for key in REQUIRED if key not in document] == []
    assert document["license"] == "Apache-2.0"
    assert len(document["title"]) <= 110
    assert document["soc"]["entities"]
    assert document["soc"]["data"]


@every
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_rule_says_what_it_means_and_what_to_do(name: str, language: str) -> None:
    texts = BY_NAME[name][language]
    assert texts["meaning"]
    assert len(texts["meaning"]) <= 300
    assert 2 <= len(texts["check"]) <= 6
    assert 1 <= len(texts["act"]) <= 4
    if language == "vi":
        assert texts["title"]


@every
def test_texts_are_composed_and_name_only_entities(name: str) -> None:
    document = BY_NAME[name]
    written = yaml.safe_dump(document, allow_unicode=True)
    assert unicodedata.is_normalized("NFC", written)
    assert set(re.findall(r"\{([a-z_.]+)\}", written)) <= set(document["soc"]["entities"])


@every
def test_tags_are_those_of_today(name: str) -> None:
    assert attack_table().faults(BY_NAME[name]["tags"]) == []


def test_words_are_those_of_the_glossary() -> None:
    terms = yaml.safe_load(reference("glossary-vi.yml").read_text(encoding="utf-8"))["terms"]
    avoided = [word for term in terms for word in term.get("avoid", ())]
    found = [
        (name, word)
        for name, document in BY_NAME.items()
        for word in avoided
        if re.search(rf"(?<!\w){re.escape(fold(word))}(?!\w)", fold(yaml.safe_dump(document["vi"], allow_unicode=True)))
    ]
    assert found == []


def test_names_are_those_of_the_files() -> None:
    for path in FILES:
        names = [document["name"] for owner, document in DOCUMENTS if owner == path]
        assert path.stem in names
        assert all(re.fullmatch(r"[a-z0-9_]{10,70}", name) for name in names)


def test_every_rule_has_its_sample_file() -> None:
    ids = {file.rule for path in RULES.rglob(f"{SAMPLES}/*.yaml") for file in read_samples(path)}
    assert ids == {document["id"] for document in BY_NAME.values()}


def test_a_correlation_that_uses_a_rule_with_alerts_says_generate() -> None:
    """The engine mutes base rules of the same pack, which must never silence a rule that is worth a look alone."""
    for name, document in CORRELATIONS.items():
        bases = [BY_NAME[base] for base in document["correlation"]["rules"]]
        if any(base["level"] != "informational" for base in bases):
            assert document["correlation"].get("generate") is True, name


def test_the_base_rules_of_every_correlation_are_ours() -> None:
    for document in CORRELATIONS.values():
        assert set(document["correlation"]["rules"]) <= BY_NAME.keys()


def test_an_informational_rule_is_the_base_of_a_correlation() -> None:
    bases = {base for document in CORRELATIONS.values() for base in document["correlation"]["rules"]}
    for name, document in BY_NAME.items():
        assert document["level"] != "informational" or name in bases, name


@every
def test_a_scenario_plays_the_rule(name: str) -> None:
    assert BY_NAME[name]["soc"]["probe"] in PROBES


def test_every_log_source_of_ours_is_collected() -> None:
    from soc.logsource import LogSource

    table = load_table()
    for name, document in SINGLES.items():
        assert table.routes_for(LogSource(**document["logsource"])), name


@every
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_query_in_a_check_can_be_asked(name: str, language: str) -> None:
    values = {"source.ip": "203.0.113.9", "destination.ip": "10.40.0.3", "url.path": "/uploads/a.php"}
    for step in BY_NAME[name][language]["check"]:
        for query in re.findall(r"`([^`]+)`", step):
            parse(re.sub(r"\{([a-z_.]+)\}", lambda found: values.get(found[1], "x"), query), now=NOON)
