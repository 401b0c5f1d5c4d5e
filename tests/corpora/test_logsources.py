"""The log-source table against the whole of SigmaHQ."""

from __future__ import annotations

import yaml

from soc.logsource import LogSource, load_table
from tests.corpus import corpus


def test_every_log_source_of_sigmahq_has_a_route_or_a_reason() -> None:
    table = load_table()
    nothing = set()
    for path in corpus("sigma-rules-8eaafff1f").glob("rules*/**/*.yml"):
        for document in yaml.load_all(path.read_text("utf-8"), Loader=yaml.CSafeLoader):
            if document and "logsource" in document:
                keys = document["logsource"]
                wanted = LogSource(keys.get("product"), keys.get("category"), keys.get("service"))
                if not table.routes_for(wanted) and table.why_not(wanted) is None:
                    nothing.add(str(wanted))
    assert nothing == set()


def test_every_windows_service_of_sigmahq_has_a_channel() -> None:
    table = load_table()
    thor = yaml.load((corpus("sigma-rules-8eaafff1f") / "tests/thor.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    for name, entry in thor["logsources"].items():
        for source in entry.get("sources", ()):
            if entry.get("product") == "windows" and source.startswith("WinEventLog:"):
                event = {"event.module": "windows", "winlog.channel": source.removeprefix("WinEventLog:")}
                route = table.routes[table.route_of(event)]
                assert entry["service"] in {source.service for source in route.logsources}, name
