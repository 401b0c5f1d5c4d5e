"""A month of a small province in a real state store, and the report about it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from reports.monthly import making, package
from reports.monthly.figures import Book
from reports.monthly.model import Report, Signing
from reports.monthly.monthly import cut_off
from reports.monthly.office import Office
from reports.posture.keep import close_day
from soc.access import SYSTEM
from soc.alert import REASONS, Action, Actor, Level, RuleCard, Verdict
from soc.incident import Category, Severity, State
from soc.period import Period, PeriodType, Reporting, period_of
from soc.register import BotnetAddress, EndpointCount
from soc.state.accounting import Count, Fate
from soc.state.moves import act
from soc.state.store import State as Store
from tests.builders import a_card, an_alert, an_incident
from tests.unit.reports.posture.a_province import BEGAN, COMMUNE, DAY, FINANCE, HEALTH, HOUR, UNITS, WATCHED, a_province

PERIOD = period_of(PeriodType.MONTH, date(2026, 11, 1), Reporting.ADMIN)
AS_OF = cut_off(PERIOD)
MIDDLE = datetime.fromisoformat("2026-10-28T02:00:00+00:00")
AN = Actor("an")
OFFICE = Office(
    "Ủy ban nhân dân tỉnh", "Sở Khoa học và Công nghệ", "BC-SKHCN", "Nghệ An",
    recipients=("Ủy ban nhân dân tỉnh", "Các sở, ban, ngành", "Lưu: VT, TTCNTT"),
    signing=Signing("KT.", "Giám đốc"),
)  # fmt: skip
LEVELS = (Level.CRITICAL, Level.HIGH, Level.HIGH, Level.MEDIUM, Level.LOW, Level.LOW)


def a_month(
    state: Store, *, title: str = "Nhiều lần đăng nhập sai", name: str = "ht-tc", happened: bool = True
) -> None:
    """Six alerts, one of them judged false, one incident, systems, counts of others, and the score of its last day.
    `title`, `name`: of every rule and system, incident and giver, for texts that mean harm.
    `happened`: whether there is an incident."""
    a_province(state)
    with state.write() as tx:
        for source, unit in WATCHED.items():
            tx.accounting.note(received(source, unit))
        made = [
            an_alert(f"a{n}", unit=(FINANCE, HEALTH, COMMUNE)[n % 3], raised_at=MIDDLE + n * DAY, level=level,
                     first_event=MIDDLE + n * DAY, rule=a_rule(n, title, level))
            for n, level in enumerate(LEVELS)
        ]  # fmt: skip
        ids = [one.id for one in tx.alerts.insert(made, at=MIDDLE)]
        told = an_incident(
            unit=FINANCE, title=title, t0=MIDDLE, opened_at=MIDDLE, confirmed_at=MIDDLE + HOUR,
            state=State.CONFIRMED, severity=Severity.SERIOUS, category=Category.INTRUSION, systems=("ht-tc",),
        )  # fmt: skip
        if happened:
            tx.incidents.open(told, SYSTEM, by=AN, at=MIDDLE + HOUR)
        tx.external.count_endpoints([EndpointCount(HEALTH, date(2026, 11, 1), name, 80, 60, 55, 1, "an", MIDDLE)])
        tx.external.list_botnet([BotnetAddress(HEALTH, date(2026, 11, 1), "203.0.113.9", name, "x", "an", MIDDLE)])
    judge(state, ids[1], Verdict.FALSE_POSITIVE, MIDDLE + 2 * DAY)
    judge(state, ids[2], Verdict.TRUE_POSITIVE, MIDDLE + 3 * DAY)
    close_day(state, UNITS, PERIOD.end, AS_OF - HOUR)


def a_rule(n: int, title: str, level: Level) -> RuleCard:
    return a_card(f"rule-{n % 2}", title=title, title_vi=title, level=level)


def judge(state: Store, alert: str, verdict: Verdict, at: datetime) -> None:
    with state.write() as tx:
        act(tx, alert, Action.TAKE, by=AN, scope=SYSTEM, revision=1, at=at, request_id="r")
        said = {"verdict": verdict, "reason": REASONS[verdict][0], "note": "đã xem xét kỹ"}
        act(tx, alert, Action.CLOSE, by=AN, scope=SYSTEM, revision=2, at=at + HOUR, request_id="r", **said)  # type: ignore[arg-type]


def received(source: str, unit: str, hours: int = 960) -> list[Count]:
    """Some records every hour; every tenth hour nothing."""
    at = [BEGAN + number * HOUR for number in range(hours) if number % 10]
    return [Count(source, one, fate, 5, unit=unit) for one in at for fate in (Fate.RECEIVED, Fate.EVENT)]


def the_report(
    state: Store, *, period: Period = PERIOD, as_of: datetime = AS_OF, office: Office = OFFICE
) -> tuple[Report, Book]:
    return making.make(state, UNITS, office, period, Reporting.ADMIN, as_of)


def the_package(state: Store) -> dict[str, bytes]:
    report, book = the_report(state)
    return package.data_files(report, book)


MINUTE = timedelta(minutes=1)
