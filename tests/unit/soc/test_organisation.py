from __future__ import annotations

from datetime import date

from soc.organisation import Function, Holder, Organisation, UnitKind
from soc.unit import Unit, UnitTree

LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)
HOME = Organisation(
    tree=UnitTree(
        [
            Unit("tinh", "Tỉnh", kind="province"),
            Unit("so_cu", "Sở cũ", parent="tinh", valid_to=date(2025, 2, 28), successor="so_moi"),
            Unit("so_moi", "Sở mới", parent="tinh", valid_from=date(2025, 3, 1)),
            Unit("thi_xa", "Thị xã", parent="tinh", valid_to=date(2024, 11, 30), successor="thanh_pho"),
            Unit("thanh_pho", "Thành phố", kind="city", parent="tinh", valid_to=LAST),
            Unit("phuong_a", "Phường A", kind="ward", parent="tinh", valid_from=FIRST),
            Unit("phuong_b", "Phường B", kind="ward", parent="tinh", valid_from=FIRST),
            Unit("phuong_c", "Phường C", kind="ward", parent="tinh", valid_from=FIRST),
        ]
    ),
    province="tinh",
    functions={
        "budget": Function("budget", "Ngân sách", "Budget", (Holder("so_cu", None, date(2025, 2, 28)),)),
        "order": Function("order", "Trật tự", "Order", (Holder("so_cu", None, LAST), Holder("so_moi", FIRST))),
    },
    kinds={"ward": UnitKind("ward", "Phường", locality=True), "city": UnitKind("city", "Thành phố", locality=True)},
    heirs={"thanh_pho": ("phuong_a", "phuong_b"), "thi_xa": ("phuong_c",)},
)


def test_a_function_is_held_on_both_days_of_its_span() -> None:
    assert HOME.holder("order", LAST) == "so_cu"
    assert HOME.holder("order", FIRST) == "so_moi"


def test_a_function_nobody_holds_and_one_that_is_not_there_have_no_holder() -> None:
    assert HOME.holder("budget", FIRST) is None
    assert HOME.holder("nothing", FIRST) is None
    assert HOME.without_holder(FIRST) == ("budget",)
    assert HOME.without_holder(date(2025, 1, 1)) == ()


def test_what_a_unit_had_is_followed_to_those_that_hold_on_the_day() -> None:
    assert HOME.successors("so_cu", date(2025, 2, 28)) == ("so_cu",)
    assert HOME.successors("so_cu", FIRST) == ("so_moi",)
    assert HOME.successors("thanh_pho", LAST) == ("thanh_pho",)
    assert HOME.successors("thanh_pho", FIRST) == ("phuong_a", "phuong_b")
    assert HOME.successors("thi_xa", LAST) == ("thanh_pho",)
    assert HOME.successors("thi_xa", FIRST) == ("phuong_c",)
    assert HOME.successors("nobody", FIRST) == ()


def test_localities_are_told_by_their_kind() -> None:
    assert HOME.is_locality("phuong_a")
    assert not HOME.is_locality("so_moi")
    assert not HOME.is_locality("nobody")
