"""Does the KPI exist, is the unit one of that day, may the sender speak for it, may it be told at all."""

from __future__ import annotations

from difflib import get_close_matches

from reports.kpi.contract import Draft
from reports.kpi.definitions import Kpi, Sensitivity
from reports.kpi.secrecy import SECRET_DIMENSIONS, is_state_secret, leaks
from reports.kpi.world import Sender, World
from soc.unit import Unit

RANKS = tuple(Sensitivity)
GUARDED = "cyber_security"
"""The subsystem whose sender knows what must not be told; its texts are searched."""

OPAQUE = frozenset({"rule_id", "ip6_address"})
"""What an id may look like by chance."""


def check_naming(draft: Draft, sender: Sender, world: World) -> Kpi | None:
    """The definition, when there is one. Sensitive content is found even where nothing else fits."""
    kpi = _definition(draft, world)
    unit = _unit(draft, world)
    _right(draft, kpi, sender)
    if kpi is not None:
        _dimensions(draft, kpi, world)
        _sensitivity(draft, kpi, unit, world)
    _secrets(draft, kpi)
    return kpi


def _definition(draft: Draft, world: World) -> Kpi | None:
    if draft.kpi is None:
        return None
    kpi = world.catalogue.kpis.get(draft.kpi)
    if kpi is None:
        near = get_close_matches(draft.kpi, world.catalogue.kpis, n=1)
        vi = f"không có chỉ tiêu '{draft.kpi}' trong danh mục" + (f"; có phải '{near[0]}'?" if near else "")
        en = f"no KPI '{draft.kpi}' in the catalogue" + (f"; did you mean '{near[0]}'?" if near else "")
        draft.add("KPI-E-UNKNOWN-KPI", "/kpi_id", vi, en)
        return None
    if draft.definition and draft.definition != kpi.version:
        _version(draft, kpi.version, draft.definition)
    return kpi


def _version(draft: Draft, current: str, said: str) -> None:
    if said < current:
        vi, en = f"định nghĩa {said} đã cũ, hiện hành là {current}", f"definition {said} is old, {current} is in force"
        draft.add("KPI-W-DEFINITION-OLD", "/definition_version", vi, en)
        return
    vi, en = f"chưa có định nghĩa {said}, hiện hành là {current}", f"no definition {said} yet, {current} is in force"
    draft.add("KPI-E-UNKNOWN-KPI", "/definition_version", vi, en)


def _dimensions(draft: Draft, kpi: Kpi, world: World) -> None:
    if draft.dimensions is None:
        return
    allowed = kpi.dimensions
    for name, value in draft.dimensions:
        where = f"/dimensions/{name}"
        if name in SECRET_DIMENSIONS or world.is_private(name):
            vi, en = f"chiều '{name}' không được gửi ra ngoài", f"the dimension '{name}' never leaves its owner"
            draft.add("KPI-E-SENSITIVITY", where, vi, en)
        elif name not in allowed:
            known = ", ".join(allowed) or "-"
            vi = f"chỉ tiêu không phân tổ theo '{name}'; có: {known}"
            draft.add("KPI-E-DIMENSION", where, vi, f"the KPI has no breakdown '{name}'; it has: {known}")
        elif not world.is_value(name, value):
            vi, en = f"'{value}' không phải giá trị của '{name}'", f"'{value}' is no value of '{name}'"
            draft.add("KPI-E-DIMENSION", where, vi, en)


def _unit(draft: Draft, world: World) -> Unit | None:
    if draft.unit is None:
        return None
    unit = world.units.get(draft.unit)
    if unit is None:
        near = get_close_matches(draft.unit, world.units.units, n=1)
        vi = f"không có đơn vị '{draft.unit}'" + (f"; có phải '{near[0]}'?" if near else "")
        en = f"no unit '{draft.unit}'" + (f"; did you mean '{near[0]}'?" if near else "")
        draft.add("KPI-E-UNKNOWN-UNIT", "/unit_id", vi, en)
    elif draft.period is not None and not unit.holds_on(draft.period.end):
        day, next_ones = draft.period.end, world.organisation.successors(unit.id, draft.period.end)
        told = ", ".join(next_ones) or "-"
        vi = f"'{unit.id}' không tồn tại ngày {day:%d/%m/%Y}; đơn vị kế thừa: {told}"
        en = f"'{unit.id}' does not exist on {day}; successors: {told}"
        draft.add("KPI-E-UNIT-NOT-VALID-ON-DATE", "/unit_id", vi, en)
    return unit


def _right(draft: Draft, kpi: Kpi | None, sender: Sender) -> None:
    code = "KPI-E-NOT-AUTHORISED-FOR-UNIT"
    if draft.unit is not None and not sender.scope.sees(draft.unit):
        vi, en = f"khóa không được gửi cho đơn vị '{draft.unit}'", f"the key does not speak for '{draft.unit}'"
        draft.add(code, "/unit_id", vi, en)
    if kpi is not None and not sender.sends(kpi.subsystem):
        vi, en = f"khóa không được gửi phân hệ '{kpi.subsystem}'", f"the key does not send '{kpi.subsystem}'"
        draft.add(code, "/kpi_id", vi, en)


def _sensitivity(draft: Draft, kpi: Kpi, unit: Unit | None, world: World) -> None:
    """`restricted` binds units and localities: they stay with their owner, the province value is internal."""
    bound = kpi.sensitivity
    if bound is Sensitivity.RESTRICTED and unit is not None:
        if unit.id != world.organisation.province or draft.dimensions:
            vi = "chỉ tiêu hạn chế: chỉ nhận số tổng hợp toàn tỉnh"
            draft.add("KPI-E-SENSITIVITY", "/unit_id", vi, "a restricted KPI: only the province roll-up is taken")
        bound = Sensitivity.INTERNAL
    if draft.sensitivity is None:
        draft.sensitivity = bound
    elif RANKS.index(draft.sensitivity) < RANKS.index(bound):
        vi = f"mức '{draft.sensitivity}' rộng hơn danh mục ('{bound}')"
        draft.add(
            "KPI-E-SENSITIVITY", "/sensitivity", vi, f"'{draft.sensitivity}' is wider than the catalogue ('{bound}')"
        )


def _secrets(draft: Draft, kpi: Kpi | None) -> None:
    if is_state_secret(draft.texts):
        vi = "Hệ thống không tiếp nhận thông tin thuộc bí mật nhà nước."
        draft.add("KPI-E-SECRET-MARK", "", vi, "This system takes no information that is a state secret.")
    if kpi is not None and kpi.subsystem != GUARDED:
        return
    ids = (text for text in (draft.id, draft.supersedes) if text)
    found = leaks(draft.texts) or tuple(kind for kind in leaks(ids) if kind not in OPAQUE)
    if found:
        kinds = ", ".join(found)
        vi, en = f"có nội dung không được gửi ra ngoài: {kinds}", f"holds what must not be sent out: {kinds}"
        draft.add("KPI-E-SENSITIVITY", "", vi, en)
