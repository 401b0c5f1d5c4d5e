"""ATT&CK as a table: today's techniques and tactics, and where old ids went (detection-content.md 1.2).

Facts of MITRE's public data, Enterprise v19 (soc/data/attack-v19.yml, notice inside). Trap: v19 gave TA0005 a new
name and split the old tactic, so tags are resolved by technique, never by a tactic's old name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

GONE_TACTIC = "defense-evasion"  # split into stealth and defense-impairment


@dataclass(frozen=True, slots=True)
class Technique:
    """One technique of today: `T1110.003`, its name, and the short names of its tactics."""

    id: str
    name: str
    tactics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttackTable:
    """Techniques by id, tactics by short name, old id -> today's id, and ids that are gone."""

    version: str
    techniques: dict[str, Technique]
    tactics: dict[str, str]
    revoked: dict[str, str]
    deprecated: frozenset[str]

    def technique(self, technique_id: str) -> Technique | None:
        """The technique of an id of today or of an old one; None when there is none."""
        wanted = technique_id.upper()
        return self.techniques.get(self.revoked.get(wanted, wanted))

    def faults(self, tags: Iterable[str]) -> list[str]:
        """What is wrong with the `attack.` tags of one of our own rules, in words."""
        names = [tag.removeprefix("attack.") for tag in tags if tag.startswith("attack.")]
        ids = [name for name in names if name[:1] == "t" and name[1:2].isdigit()]
        named = {name for name in names if name in self.tactics}
        faults = [text for technique_id in ids if (text := self._fault_of(technique_id))]
        faults += [self._unknown(name) for name in names if name not in ids and name not in self.tactics]
        if not ids:
            faults.append("no technique is tagged - add one like attack.t1110.003")
        wanted = {tactic for found in map(self.technique, ids) if found for tactic in found.tactics}
        if ids and not named & wanted:
            faults.append(f"no tactic of its techniques is tagged - add one of {', '.join(sorted(wanted))}")
        faults += [f"tactic {name} belongs to none of its techniques" for name in sorted(named - wanted) if ids]
        return faults

    def _fault_of(self, technique_id: str) -> str | None:
        wanted = technique_id.upper()
        if wanted in self.revoked:
            return f"{technique_id} is an old id - today it is {self.revoked[wanted].lower()}"
        if wanted in self.deprecated:
            return f"{technique_id} is gone without a successor"
        return None if wanted in self.techniques else f"{technique_id} is not in ATT&CK v{self.version}"

    def _unknown(self, name: str) -> str:
        if name == GONE_TACTIC:
            return f"{GONE_TACTIC} was split - use stealth or defense-impairment"
        return f"attack.{name} is neither a technique nor a tactic"


@cache
def attack_table() -> AttackTable:
    """The shipped table."""
    text = (files("soc") / "data" / "attack-v19.yml").read_text(encoding="utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    techniques = {
        technique_id: Technique(technique_id, entry["name"], tuple(entry["tactics"]))
        for technique_id, entry in document["techniques"].items()
    }
    return AttackTable(
        version=str(document["version"]),
        techniques=techniques,
        tactics={entry["shortname"]: entry["name"] for entry in document["tactics"].values()},
        revoked=dict(document["revoked"]),
        deprecated=frozenset(document["deprecated"]),
    )
