"""What may leave the SOC: the list, and nothing that is not on it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.outgoing import ALLOWED, sift
from tests.unit.reports.simulate.worlds import a_province

UNITS = frozenset({"so_y_te"})


def an_item(**more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "observation_id": "soc:alerts_open_by_severity:so_y_te:realtime:2026-11-24T03:00:00+00:00:44136fa3:r0",
        "kpi_id": "alerts_open_by_severity",
        "definition_version": "2026.1",
        "unit_id": "so_y_te",
        "dimensions": {"severity": "high"},
        "period": {"type": "realtime", "at": "2026-11-24T03:00:00+00:00"},
        "value": "4",
        "status": "official",
        "revision": 0,
        "provenance": {"method": "automatic", "extracted_at": "2026-11-24T03:00:00+00:00"},
    }
    return plain | more


def why(item: dict[str, Any], *known: str) -> tuple[str, ...]:
    passed, stopped = sift([item], units=UNITS, known=frozenset(known))
    assert len(passed) + len(stopped) == 1
    return stopped[0].why if stopped else ()


def test_a_plain_figure_passes() -> None:
    assert why(an_item()) == ()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"kpi_id": "attack_coverage"}, "kpi"),
        ({"kpi_id": "dossier_received"}, "kpi"),
        ({"dimensions": {"rule": "x"}}, "dimension"),
        ({"matched": {"EventID": 4625}}, "field"),
        ({"unit_id": "so_mat"}, "unit"),
        ({"reason": "máy 10.40.0.7 bị chiếm"}, "ip_address"),
        ({"reason": "từ fe80::1ff:fe23:4567:890a"}, "ip6_address"),
        ({"reason": "lỗ hổng CVE-2026-12345"}, "weakness"),
        ({"reason": "hỏi an.nguyen@nghean.gov.vn"}, "mail_address"),
        ({"reason": "luật 5d3a7a52-6c5f-4d5c-8f5e-000000000001"}, "rule_id"),
        ({"reason": "Tài liệu TUYỆT MẬT"}, "state_secret"),
        ({"quality": {"flags": ["MAY-KE-TOAN-7"]}}, "known_name"),
        ({"provenance": {"source_query": "user:nguyenvanan"}}, "known_name"),
    ],
)
def test_what_is_not_on_the_list_is_stopped(more: dict[str, Any], told: str) -> None:
    assert told in why(an_item(**more), "may-ke-toan-7", "nguyenvanan")


def test_every_allowed_kpi_and_dimension_is_in_the_catalogue() -> None:
    kpis = a_province().catalogue.kpis
    for name, dimensions in ALLOWED.items():
        assert dimensions <= set(kpis[name].dimensions)
        assert kpis[name].subsystem == "cyber_security"


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=4))
def test_fields_of_any_other_name_never_pass(more: dict[str, str]) -> None:
    extra = {name: text for name, text in more.items() if name not in an_item()}
    assert not extra.keys() - {"numerator", "denominator", "supersedes", "reason", "sensitivity"} or "field" in why(
        an_item(**extra)
    )
