from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from reports.kpi.catalogue import load, shipped, shipped_catalogue
from reports.kpi.definitions import Axis, Connector, Kind, RollUp, Sensitivity, Source
from soc.errors import CatalogueError
from soc.period import PeriodType

FRAGMENT = """
schema_version: 1
catalogue_version: "2027.1"
measures:
  tree: {vi: "cây", en: "trees"}
dimensions:
  topic: {values: {forest: {vi: "Rừng", en: "Forest"}}}
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
        breakdown: [locality, topic]
        over_units: sum
        over_time: sum
        sensitivity: public
"""
CATALOGUE = shipped_catalogue()
PERCENT = (Decimal(0), Decimal(100))


@pytest.fixture
def fragment(tmp_path: Path) -> Path:
    path = tmp_path / "forestry.yml"
    path.write_text(FRAGMENT, encoding="utf-8")
    return path


def test_the_shipped_catalogue_has_twelve_subsystems_and_all_their_kpis() -> None:
    assert len(CATALOGUE.subsystems) == 12
    assert len(CATALOGUE.kpis) == 136
    assert {kpi.subsystem for kpi in CATALOGUE.kpis.values()} == set(CATALOGUE.subsystems)
    assert set(CATALOGUE.table) == set(PeriodType)


def test_what_is_rolled_up_by_its_parts_names_them_and_can_say_its_factor() -> None:
    for kpi in CATALOGUE.kpis.values():
        if kpi.needs_parts:
            assert kpi.numerator, kpi.id
            assert kpi.denominator, kpi.id
            assert kpi.factor, kpi.id
        assert kpi.range is not None, kpi.id
        assert kpi.over_units in (RollUp.SUM, RollUp.RATIO_OF_SUMS, RollUp.NONE)
    assert CATALOGUE.kpis["doctors_per_10k"].factor == Decimal(10000)
    assert CATALOGUE.kpis["mean_stay_days"].factor == Decimal(1)


def test_percentages_end_at_a_hundred_unless_they_may_pass_it() -> None:
    beyond = {kpi.id for kpi in CATALOGUE.kpis.values() if kpi.kind is Kind.RATIO and kpi.range != PERCENT}
    assert {"bed_occupancy", "mean_processing_share", "budget_revenue_vs_plan"} <= beyond
    assert beyond <= {
        *("bed_occupancy", "mean_processing_share", "budget_revenue_vs_plan", "public_investment_disbursed"),
        "crime_clearance_rate",
    }
    assert CATALOGUE.kpis["grdp_growth"].range == (Decimal(-100), None)


def test_the_eight_security_tiles_stand_in_their_order() -> None:
    security = CATALOGUE.subsystems["cyber_security"]
    assert [headline.kpi for headline in security.headlines] == [
        *("sec_posture_score", "alerts_open_by_severity", "incidents_open", "alert_resolve_sla_rate"),
        *("log_source_coverage", "units_attention", "botnet_addresses", "incident_reports_due"),
    ]
    assert security.headlines[1].dimensions == (("severity", "critical"),)
    assert security.internal


def test_whose_id_a_figure_carries_follows_from_its_breakdown() -> None:
    axes = {name: CATALOGUE.kpis[name].axis for name in ("dossier_received", "traffic_accidents", "calls_received")}
    assert axes == {"dossier_received": Axis.UNIT, "traffic_accidents": Axis.LOCALITY, "calls_received": Axis.PROVINCE}
    assert CATALOGUE.kpis["dossier_received"].dimensions == ("locality", "sector", "channel")
    assert CATALOGUE.kpis["traffic_accidents"].dimensions == ("road_type",)
    assert "rule" not in CATALOGUE.kpis["alerts_new"].dimensions


def test_every_dimension_closes_and_knows_its_values() -> None:
    assert all("unknown" in one.values for one in CATALOGUE.dimensions.values())
    assert CATALOGUE.is_value("severity", "critical")
    assert not CATALOGUE.is_value("severity", "huge")
    assert not CATALOGUE.is_value("colour", "red")
    assert CATALOGUE.is_value("subsystem", "health")
    assert CATALOGUE.dimensions["locality"].source is Source.UNITS


def test_four_kpis_are_restricted_and_satisfaction_needs_thirty_ratings() -> None:
    restricted = {kpi.id for kpi in CATALOGUE.kpis.values() if kpi.sensitivity is Sensitivity.RESTRICTED}
    assert restricted == {"vulnerabilities_overdue", "attack_coverage", "crime_cases", "crime_clearance_rate"}
    assert {kpi.id for kpi in CATALOGUE.kpis.values() if kpi.least_cases == 30} == {
        *("satisfaction_rate", "call_satisfaction", "feedback_satisfaction_rate"),
    }


def test_values_are_rounded_as_they_are_shown() -> None:
    rate = CATALOGUE.kpis["dossier_on_time_rate"]
    assert rate.rounded(Decimal("97.95")) == Decimal("98.0")
    assert CATALOGUE.kpis["dropout_rate"].rounded(Decimal("0.305")) == Decimal("0.31")


def test_a_thirteenth_subsystem_is_a_file(fragment: Path) -> None:
    catalogue = load([shipped(), fragment])
    assert len(catalogue.subsystems) == 13
    kpi = catalogue.kpis["trees_planted"]
    assert (kpi.unit_text.vi, kpi.version, kpi.axis) == ("cây", "2027.1", Axis.LOCALITY)
    assert catalogue.is_value("topic", "forest")
    assert catalogue.is_value("topic", "urban_order")
    assert catalogue.version == CATALOGUE.version
    assert catalogue.digest != CATALOGUE.digest


def test_faults_of_all_files_are_told_at_once_with_their_lines(fragment: Path, tmp_path: Path) -> None:
    fragment.write_text(FRAGMENT.replace("kind: count", "kind: coutn").replace("unit: tree", "unit: trees"), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load([shipped(), fragment, fragment, tmp_path / "no.yml"])
    told = [str(fault).removeprefix(str(tmp_path)) for fault in caught.value.faults]
    assert "/forestry.yml:18: SOC-1960: unknown kind 'coutn' - did you mean 'count'?" in told
    assert "/forestry.yml:19: SOC-1962: unknown unit of measure 'trees' - did you mean 'tree'?" in told
    assert any(line.startswith("/no.yml: SOC-1966: no such file") for line in told)


def test_every_subsystem_says_how_its_figures_come() -> None:
    assert all(one.connectors for one in CATALOGUE.subsystems.values())
    assert CATALOGUE.subsystems["tourism"].connectors == (Connector.FILE, Connector.FORM)
    own = {name for name, one in CATALOGUE.subsystems.items() if one.internal}
    assert own == {"cyber_security", "ioc_data_quality"}
