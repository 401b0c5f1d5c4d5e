"""Who issues the report: from the settings, else from the profile and the units as they were at its date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.kpi.profile import Profile, Wording
from reports.monthly.model import UNSIGNED, Signing
from soc.organisation import PROVINCE, Organisation
from soc.settings import ReportSettings
from soc.unit import UnitTree

COMMITTEE = "people_committee"


@dataclass(frozen=True, slots=True)
class Office:
    """The letterhead. `wording`: the official word of the subject."""

    governing_body: str
    issuing_body: str
    symbol: str
    place: str
    wording: Wording = Wording.ATTT
    recipients: tuple[str, ...] = ()
    signing: Signing = UNSIGNED


def office(
    chosen: ReportSettings, tree: UnitTree, day: date, *, profile: Profile | None = None,
    organisation: Organisation | None = None,
) -> Office:  # fmt: skip
    """Names that nobody has given stay empty: they are never guessed."""
    holder = organisation.holder(profile.issuing_function, day) if profile and organisation else None
    word = Wording(chosen.wording) if chosen.wording else profile.wording if profile else Wording.ATTT
    issuing = tree.get(holder) if holder else None
    return Office(
        governing_body=chosen.governing_body or _of_kind(tree, COMMITTEE, day),
        issuing_body=chosen.issuing_body or (issuing.name_vi if issuing else ""),
        symbol=chosen.symbol,
        place=chosen.place or _of_kind(tree, PROVINCE, day, short=True),
        wording=word,
        recipients=chosen.recipients,
        signing=Signing(chosen.signing_authority, chosen.signing_office),
    )


def _of_kind(tree: UnitTree, kind: str, day: date, *, short: bool = False) -> str:
    found = [one for one in tree.units.values() if one.kind == kind and one.holds_on(day)]
    return "" if not found else (found[0].label if short else found[0].name_vi)
