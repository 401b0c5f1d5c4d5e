"""The province's score as observations of `sec_posture_score`, handed to the hub by us, rolled up by nobody. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from reports.posture.method import method
from reports.wording import Text
from soc.observation import Status
from soc.period import PeriodType
from soc.state.posture import LATE_INPUT, PostureRow
from soc.state.types import canonical

KPI = "sec_posture_score"
RESTATED = Text("Số liệu về sau ngày chốt", "Something of the day was told later")
NO_UNIT = Text("Không có đơn vị nào tham gia", "No unit takes part")


def observation_of(row: PostureRow, province_unit: str) -> dict[str, Any]:
    """One item of kpi-contract/1 from a closed day of the province; `province_unit`: the id that the hub knows it by.
    The class and the confidence go along as flags, since a score is never shown without them."""
    assert row.day is not None  # a running value is no figure of a day
    name = f"posture:{province_unit}:{row.day}"
    item: dict[str, Any] = {
        "observation_id": f"{name}:r{row.revision}",
        "kpi_id": KPI,
        "unit_id": province_unit,
        "period": {"type": PeriodType.DAY.value, "start": str(row.day), "end": str(row.day)},
        "revision": row.revision,
        "provenance": _provenance(row),
        "quality": {"flags": _flags(row)},
    }
    if row.shown is None:
        item |= {"status": Status.MISSING.value, "reason": NO_UNIT.vi}
    else:
        item |= {"status": Status.OFFICIAL.value, "value": str(row.shown)}
    if row.revision > 1:
        item["supersedes"] = f"{name}:r{row.revision - 1}"
        item["restatement"] = {"reason_code": LATE_INPUT, "reason_vi": RESTATED.vi}
    return item


def _provenance(row: PostureRow) -> Mapping[str, str]:
    digest = sha256(canonical(row.inputs)).hexdigest()
    return {
        "method": "automatic",
        "source_system": "soc",
        "pipeline_version": row.version,
        "inputs_digest": digest,
        "extracted_at": row.at.isoformat(),
    }


def _flags(row: PostureRow) -> list[str]:
    return [f"class:{row.letter}", f"confidence:{row.trust:.2f}", f"signed_by:{method(row.version).signed_by or '-'}"]
