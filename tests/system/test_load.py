"""Every page a person waits for, asked of the running system while events arrive and other pages listen."""

from __future__ import annotations

import os
from pathlib import Path

from bench.pages import SMALL, Size, measured, report

PROOF = "SOC_PROOF" in os.environ
# A busy machine may be slow for a moment; ten times slower than the bar is a defect.
SLACK = 1.0 if PROOF else 10.0
GROWTH = 0.10 if PROOF else 0.50


def test_pages_answer_in_time_under_load(tmp_path: Path) -> None:
    load = measured(tmp_path, Size() if PROOF else SMALL)
    print("\n".join(report(load)))
    assert [str(one) for one in load.waited if one.p95 > one.route.bar * SLACK] == []
    assert load.growth <= GROWTH
    assert load.heard >= load.streams
