"""Makes, moves and hands out reports; their packages lie in the data directory, one folder a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.services import Services
from reports.monthly import issuing, package
from reports.monthly.figures import Rows, Verdict
from reports.monthly.making import known_at, make, month
from reports.monthly.model import Report
from reports.monthly.office import Office, office
from reports.monthly.package import Format
from reports.monthly.queries import Source
from reports.monthly.registry import reader
from reports.monthly.verify import Found, Readings, verdicts
from soc.access import ROOT, SYSTEM, Right
from soc.calendar import ZONE
from soc.errors import NotFound, StateError
from soc.period import Period, PeriodType, Reporting
from soc.report import Issue, ReportRecord, ReportState, issued, refreshed, replaced, returned, submitted, written
from soc.state.reports import ReportEvent, step

KIND = "monthly"
REASON_LEAST = 5


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report with its history and the paper that it is now."""

    record: ReportRecord
    report: Report
    history: tuple[ReportEvent, ...]


def listing(services: Services, viewer: Viewer) -> tuple[ReportRecord, ...]:
    with services.state.read() as tx:
        return tx.reports.all(viewer.scope(Right.READ_REPORTS))


def read(services: Services, viewer: Viewer, report_id: str) -> ReportView:
    """Raises NotFound, also outside the viewer's units."""
    record, history = _record(services, viewer, report_id, Right.READ_REPORTS)
    return ReportView(record, _paper(services, record)[0], history)


def begin(services: Services, viewer: Viewer, period: str, reason: str = "") -> ReportRecord:
    """A draft of a month. One that takes the place of an issued report says why."""
    _whole_province(viewer, Right.WRITE_REPORTS)
    now = services.clock.now()
    reporting = services.world.profile.default_reporting if services.world else Reporting.ADMIN
    chosen = month(period, reporting, now.astimezone(ZONE))
    report, contents = _made(services, chosen, reporting, known_at("", chosen, now))
    with services.state.read() as tx:
        former = tx.reports.in_force(SYSTEM, kind=KIND, label=report.label)
    if former is not None and len(reason.strip()) < REASON_LEAST:
        text = f"the report of {report.label} is issued - say why another one takes its place"
        raise StateError(text, code="SOC-1907")
    made = ReportRecord(
        id=uuid4().hex,
        kind=KIND,
        label=report.label,
        reporting=reporting.value,
        start=chosen.start,
        end=chosen.end,
        unit=ROOT,
        as_of=report.as_of,
        made_by=viewer.account,
        made_at=now,
        digest=issuing.digest(contents),
        figures=len(report.figures),
        incomplete=report.incomplete,
        authors=(viewer.account,),
        replaces=former.id if former else "",
        reason=reason.strip() if former else "",
    )
    package.write(_draft(services, made.id), contents)
    with services.state.write() as tx:
        tx.reports.open(made, at=now, note=made.reason)
        after = {"label": made.label, "digest": made.digest}
        tx.audit.append(viewer.actor, "report.make", made.id, at=now, unit=made.unit, after=after, reason=made.reason)
    return made


def refresh(services: Services, viewer: Viewer, report_id: str) -> ReportRecord:
    """Reads the figures of a draft anew, as they are known now."""
    old, _ = _record(services, viewer, report_id, Right.WRITE_REPORTS)
    now = services.clock.now()
    period = Period(PeriodType.MONTH, old.start, old.end)
    report, contents = _made(services, period, Reporting(old.reporting), now)
    new = refreshed(
        old, viewer.account, as_of=report.as_of, digest=issuing.digest(contents), figures=len(report.figures),
        incomplete=report.incomplete,
    )  # fmt: skip
    _step(services, viewer, old, new, "refresh", now)
    package.write(_draft(services, old.id), contents)
    return new


def write(services: Services, viewer: Viewer, report_id: str, texts: Mapping[str, str]) -> ReportRecord:
    """Sections that people write."""
    old, _ = _record(services, viewer, report_id, Right.WRITE_REPORTS)
    new = written(old, viewer.account, texts)
    return _step(services, viewer, old, new, "write", services.clock.now())


def submit(services: Services, viewer: Viewer, report_id: str, override: str = "") -> ReportRecord:
    """Refused with everything that lacks, and for a figure that cannot be read again to the same value."""
    old, _ = _record(services, viewer, report_id, Right.WRITE_REPORTS)
    now = services.clock.now()
    new = submitted(old, viewer.account, now, override=override)
    if bad := [one.figure for one in _checked(services, old, now) if one.verdict is Verdict.DIFFERS]:
        raise StateError(f"{len(bad)} figures differ when they are read again: {bad[0]} …", code="SOC-1907")
    return _step(services, viewer, old, new, "submit", now, new.override)


def send_back(services: Services, viewer: Viewer, report_id: str, remark: str) -> ReportRecord:
    old, _ = _record(services, viewer, report_id, Right.ISSUE_REPORTS)
    return _step(services, viewer, old, returned(old, remark), "return", services.clock.now(), remark.strip())


def issue(services: Services, viewer: Viewer, report_id: str, entered: Issue) -> ReportRecord:
    """Writes the package once; what it replaces says so."""
    old, _ = _record(services, viewer, report_id, Right.ISSUE_REPORTS)
    now = services.clock.now()
    draft = issued(old, viewer.account, now, entered, "")
    report, rows = _paper(services, draft)
    contents = package.data_files(report, rows=rows)
    contents |= package.rendered(report, Format, rows)
    new = replace(draft, digest=issuing.digest(contents))
    # Two people at once: the second step finds another revision and rolls back before its folder is written.
    with services.state.write() as tx:
        step(tx, old, new, "issue", by=viewer.actor, at=now)
        if new.replaces:
            former = tx.reports.get(new.replaces, SYSTEM)
            step(tx, former, replaced(former, new), "replace", by=viewer.actor, at=now, note=new.reason)
        package.write(_folder(services, new.id) / "issued", contents, once=True)
    return new


def file(services: Services, viewer: Viewer, report_id: str, format: Format) -> bytes:
    """The paper in one form: of an issued report the very bytes, else as it stands now."""
    record, _ = _record(services, viewer, report_id, Right.READ_REPORTS)
    name = f"report.{format.value}"
    if record.state in (ReportState.ISSUED, ReportState.REPLACED):
        return (_folder(services, record.id) / "issued" / name).read_bytes()
    report, rows = _paper(services, record)
    return package.rendered(report, [format], rows)[name]


def _made(services: Services, period: Period, reporting: Reporting, at: datetime) -> tuple[Report, dict[str, bytes]]:
    report, book = make(services.state, services.units, _office(services, period), period, reporting, at)
    return report, package.data_files(report, book)


def _office(services: Services, period: Period) -> Office:
    world = services.world
    profile, organisation = (world.profile, world.organisation) if world else (None, None)
    chosen = services.settings.report
    return office(chosen, services.units, period.end, profile=profile, organisation=organisation)


def _paper(services: Services, record: ReportRecord) -> tuple[Report, dict[str, Rows]]:
    found = package.read(_draft(services, record.id))
    return issuing.as_recorded(found.report, record), dict(found.rows)


def _checked(services: Services, record: ReportRecord, now: datetime) -> Iterator[Found]:
    with services.state.read() as tx:
        source = Source(tx, SYSTEM, services.units, services.state.limits)
        readings = Readings.of(reader(source), now, tx.accounting.first(SYSTEM))
        yield from verdicts(package.read(_draft(services, record.id)), readings)


def _record(
    services: Services, viewer: Viewer, report_id: str, right: Right
) -> tuple[ReportRecord, tuple[ReportEvent, ...]]:
    with services.state.read() as tx:
        scope = viewer.scope(right)
        return tx.reports.get(report_id, scope), tx.reports.history(report_id, scope)


def _step(
    services: Services, viewer: Viewer, old: ReportRecord, new: ReportRecord, kind: str, at: datetime, note: str = ""
) -> ReportRecord:
    with services.state.write() as tx:
        step(tx, old, new, kind, by=viewer.actor, at=at, note=note)
    return new


def _whole_province(viewer: Viewer, right: Right) -> None:
    if viewer.scope(right).units is not None:
        raise Refused("the report of the province is made by those who answer for all of it")


def _draft(services: Services, report_id: str) -> Path:
    return _folder(services, report_id) / "draft"


def _folder(services: Services, report_id: str) -> Path:
    if services.settings.data is None or not report_id.isalnum():
        raise NotFound
    return services.settings.data / "reports" / report_id
