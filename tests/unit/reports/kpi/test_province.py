"""Profiles as they ship, one of our own, and 25 planted faults, each told with its file and line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reports.kpi.catalogue import shipped
from reports.kpi.definitions import Axis
from reports.kpi.profile import ServiceKind
from reports.kpi.province import Province, read_province, shipped_profiles, warnings
from soc.errors import CatalogueError
from soc.period import PeriodType, Reporting, period_of

TODAY = date(2026, 11, 24)
DATA = Path(__file__).parents[4] / "soc" / "data"


@pytest.fixture(scope="module")
def demo() -> Province:
    return read_province("demo")


def test_three_profiles_ship_and_are_whole() -> None:
    assert set(shipped_profiles()) == {"demo", "lang-son", "nghe-an"}
    sizes = {name: len(read_province(name).profile.subsystems) for name in shipped_profiles()}
    assert sizes == {"demo": 12, "lang-son": 9, "nghe-an": 9}


def test_the_services_of_the_second_province_are_ten_and_one_is_a_face() -> None:
    profile = read_province("lang-son").profile
    assert len(profile.services) == 10
    assert [one.id for one in profile.services if one.kind is ServiceKind.FACE] == ["leader_app"]
    reports = next(one for one in profile.services if one.id == "field_reports")
    assert (reports.subsystem, reports.where) == ("citizen_feedback", (("topic", "urban_order"),))
    assert profile.pilots[0].holds_on(date(2022, 12, 31), "press_social")
    assert not profile.pilots[0].holds_on(date(2023, 1, 1), "press_social")
    assert not profile.pilots[0].holds_on(date(2022, 1, 1), "tourism")


def test_the_demo_has_a_duty_without_holder_and_says_so(demo: Province) -> None:
    told = [str(fault) for fault in warnings(demo, TODAY)]
    assert len(told) == 1
    assert "SOC-1965: nobody has the function 'health_insurance' on 2026-11-24" in told[0]
    assert "units-demo.yml:1" in told[0]


def test_every_kpi_of_the_demo_is_owed_by_somebody_of_its_kind(demo: Province) -> None:
    owed = demo.profile.expected(demo.catalogue, demo.organisation, TODAY)
    assert {kpi for kpi, _ in owed} == set(demo.catalogue.kpis)
    for name, unit in owed:
        axis = demo.catalogue.kpis[name].axis
        if axis is Axis.PROVINCE:
            assert unit == demo.organisation.province
        if axis is Axis.LOCALITY:
            assert unit == demo.organisation.province or demo.organisation.is_locality(unit)
    assert {duty.sender for duty in owed.values()} >= {"soc", "ioc", "demo-health"}


def test_what_is_owed_is_resolved_at_the_end_of_the_period(demo: Province) -> None:
    month = period_of(PeriodType.MONTH, date(2025, 7, 1), Reporting.ADMIN)
    before = period_of(PeriodType.MONTH, date(2025, 6, 1), Reporting.ADMIN)
    for period, there in ((month, True), (before, False)):
        owed = demo.profile.expected(demo.catalogue, demo.organisation, period, subsystem="education")
        assert bool(owed) is there
        assert {demo.catalogue.kpis[kpi].period for kpi, _ in owed} <= {PeriodType.MONTH}


def test_only_the_owner_is_asked_for_what_is_restricted(demo: Province) -> None:
    owed = demo.profile.expected(demo.catalogue, demo.organisation, TODAY)
    restricted = {"vulnerabilities_overdue", "attack_coverage", "crime_cases", "crime_clearance_rate"}
    assert {unit for kpi, unit in owed if kpi in restricted} == {"nghe_an"}


def test_calendars_limits_and_freshness_of_the_province_come_first(tmp_path: Path) -> None:
    own = read_province(str(planted(tmp_path)))
    rate, arrivals = (own.catalogue.kpis[name] for name in ("dossier_on_time_rate", "tourist_arrivals"))
    assert own.profile.limits_of(rate) == (Decimal(97), Decimal(90))
    assert own.profile.limits_of(arrivals) == (None, None)
    assert own.profile.reporting_of(arrivals) is Reporting.CALENDAR
    assert own.profile.reporting_of(rate) is Reporting.ADMIN
    rule, table = own.profile.freshness_of(rate, own.catalogue)
    assert rule.grace is not None
    assert table == own.catalogue.table[PeriodType.DAY]


def test_a_thirteenth_subsystem_needs_a_file_and_lines_of_the_profile(tmp_path: Path) -> None:
    own = read_province(str(planted(tmp_path)))
    assert len(own.catalogue.subsystems) == 13
    owed = own.profile.expected(own.catalogue, own.organisation, TODAY, subsystem="forestry")
    assert owed
    assert {kpi for kpi, _ in owed} == {"trees_planted"}


PROFILE = """profile: own
title: {vi: "Trung tâm", en: "Centre", short: "IOC"}
province: nghe_an
units: units.yml
catalogue: [forestry.yml]
wording: anm
legal_sets: [vn-2026]
report: {calendar: admin_15_14, issuing_unit_function: cyber_security}
services:
  - {id: public_services, title: {vi: "Dịch vụ công"}, tiles: [dossier_on_time_rate]}
  - {id: tourism, title: {vi: "Du lịch"}}
  - {id: forestry, title: {vi: "Lâm nghiệp"}}
phases: [{id: p1, from: 2025-07-01, scope: [x_16681], services: [tourism]}]
thresholds: {dossier_on_time_rate: {good: 97, watch: 90}}
owes:
  - {subsystem: public_services, units: {kinds: [ward]}, sender: key, from: 2025-07-01, to: 2027-06-30}
  - {subsystem: tourism, units: {ids: [x_16681]}, kpis: [tourist_arrivals]}
  - {subsystem: forestry, units: {kinds: [commune]}}
calendars: {tourist_arrivals: calendar}
freshness: {public_services: {due_by_local: "17:00", grace: PT4H}}
pilots: [{unit: x_16690, name: "Thí điểm", from: 2025-07-01}]
focus: [{subsystem: tourism, name: "Mùa hè", from: 2026-06-01, to: 2026-08-31}]
"""
FORESTRY = """catalogue_version: "2027.1"
measures: {tree: {vi: "cây", en: "trees"}}
subsystems:
  - id: forestry
    name_vi: "Lâm nghiệp"
    name_en: "Forestry"
    function: agriculture
    headlines: [trees_planted]
    kpis:
      - id: trees_planted
        name_vi: "Số cây đã trồng"
        name_en: "Trees planted"
        kind: count
        unit: tree
        formula_vi: "Số cây"
        formula_en: "count(trees)"
        period: month
        direction: higher
        target: 1000
        target_basis: plan
        thresholds: {good: 1000, watch: 500}
        range: [0, null]
        decimals: 0
        breakdown: [locality]
        over_units: sum
        over_time: sum
        sensitivity: public
"""


def planted(folder: Path, file: str = "own.yml", old: str = "", new: str = "") -> Path:
    """A province of three files, with one text of one of them replaced."""
    texts = {
        "own.yml": PROFILE,
        "forestry.yml": FORESTRY,
        "units.yml": (DATA / "units-demo.yml").read_text("utf-8"),
    }
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "own.yml"


FAULTS = [
    ("own.yml", "wording: anm", "wordng: anm", 6, "SOC-1960", "did you mean 'wording'?"),
    ("own.yml", "wording: anm", "wording: xyz", 6, "SOC-1960", "unknown wording 'xyz'"),
    ("own.yml", "province: nghe_an", "province: nghe-an", 3, "SOC-1962", "did you mean 'nghe_an'?"),
    ("own.yml", "[vn-2026]", "[vn-2025]", 7, "SOC-1962", "unknown legal set"),
    ("own.yml", "function: cyber_security", "function: cyber", 8, "SOC-1962", "unknown function 'cyber'"),
    ("own.yml", "admin_15_14", "lunar", 8, "SOC-1960", "unknown calendar 'lunar'"),
    ("own.yml", "[dossier_on_time_rate]", "[dossier_ontime_rate]", 10, "SOC-1962", "'dossier_on_time_rate'?"),
    ("own.yml", "{id: tourism, title", "{id: turism, title", 11, "SOC-1962", "did you mean 'tourism'?"),
    ("own.yml", "{id: tourism, title", "{id: forestry, title", 12, "SOC-1964", "'forestry' is there twice"),
    ("own.yml", "scope: [x_16681]", "scope: [x_1668]", 13, "SOC-1962", "unknown unit 'x_1668'"),
    ("own.yml", "{good: 97, watch: 90}", "{good: 90, watch: 97}", 14, "SOC-1963", "swap them"),
    ("own.yml", "kinds: [ward]", "kinds: [wards]", 16, "SOC-1962", "did you mean 'ward'?"),
    ("own.yml", "to: 2027-06-30", "to: 2024-06-30", 16, "SOC-1963", "before it begins"),
    ("own.yml", "to: 2027-06-30", "to: 2027-06-31", 16, "SOC-1961", "a day such as"),
    ("own.yml", "[tourist_arrivals]", "[dropout_rate]", 17, "SOC-1963", "belongs to 'education'"),
    ("own.yml", "units: {ids: [x_16681]}", "units: {}", 17, "SOC-1963", "a duty of nobody"),
    ("own.yml", "calendars: {tourist", "calendars: {turist", 19, "SOC-1962", "unknown KPI"),
    ("own.yml", "grace: PT4H", "grace: 4 hours", 20, "SOC-1961", "a duration such as"),
    ("own.yml", "catalogue: [forestry.yml]", "catalogue: [forest.yml]", 0, "SOC-1966", "no such file"),
    ("own.yml", 'short: "IOC"}', 'short: "IOC"]', 2, "SOC-1961", "not YAML"),
    ("forestry.yml", "over_units: sum", "over_units: ratio_of_sums", 25, "SOC-1963", "needs numerator"),
    ("forestry.yml", "kind: count", "kind: index", 25, "SOC-1963", "has no meaning"),
    ("forestry.yml", "good: 1000, watch: 500", "good: 500, watch: 1000", 21, "SOC-1963", "worse than watch"),
    ("forestry.yml", "watch: 500", "watch: 499.5", 23, "SOC-1963", "more decimals than are shown"),
    ("forestry.yml", "range: [0, null]", "range: [2000, null]", 21, "SOC-1963", "outside the range"),
    ("forestry.yml", "function: agriculture", "function: agricultur", 7, "SOC-1962", "'agriculture'?"),
    ("forestry.yml", "breakdown: [locality]", "breakdown: [location]", 24, "SOC-1962", "'locality'?"),
    ("forestry.yml", "id: trees_planted", "id: hot_topics", 10, "SOC-1964", "'hot_topics' is there twice"),
    ("forestry.yml", "        decimals: 0\n", "", 10, "SOC-1961", "has no decimals"),
    ("units.yml", "{unit: vp_ubnd}", "{unit: vp_ubn}", 0, "SOC-1059", "did you mean 'vp_ubnd'?"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "code", "says"), FAULTS)
def test_a_planted_fault_is_told_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, line: int, code: str, says: str
) -> None:
    profile = planted(tmp_path, file, old, new)
    with pytest.raises(CatalogueError) as caught:
        read_province(str(profile))
    wanted = file if "forest.yml" not in new else "forest.yml"
    of_file = [fault for fault in caught.value.faults if fault.path == str(tmp_path / wanted)]
    hits = [fault for fault in of_file if fault.code == code and says in fault.message]
    assert hits, [str(fault) for fault in caught.value.faults]
    assert not line or line in {fault.line for fault in hits}


def test_faults_of_all_three_files_are_told_at_once(tmp_path: Path) -> None:
    planted(tmp_path)
    for name, old, new in (("own.yml", "anm", "xyz"), ("forestry.yml", "kind: count", "kind: cont")):
        path = tmp_path / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    units = tmp_path / "units.yml"
    units.write_text(units.read_text("utf-8").replace("kind: ward", "kind: wrd"), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_province(str(tmp_path / "own.yml"))
    assert {Path(fault.path).name for fault in caught.value.faults} == {"own.yml", "forestry.yml", "units.yml"}


def test_a_profile_that_is_not_there_is_named() -> None:
    with pytest.raises(CatalogueError, match="SOC-1966"):
        read_province("ha-noi")


def test_no_province_is_named_in_the_catalogue() -> None:
    text = shipped().read_text("utf-8")
    assert not [name for name in ("Nghệ An", "Lạng Sơn", "Vinh", "nghe_an") if name in text]
