from __future__ import annotations

import inspect
import typing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import column

from soc.access import SYSTEM, Scope
from soc.state.scoped import within
from soc.state.store import State, Tx

UNSCOPED = {
    "Positions.get": "offsets say nothing of any unit",
    "Positions.lanes": "offsets say nothing of any unit",
    "Accounting.upto": "offsets say nothing of any unit",
    "Facts.get": "settings of the pipeline itself",
    "Sources.table": "the loops resolve every sender; its rows are never shown",
    "Sources.mark": "a number that grows",
    "Units.tree": "scopes are made from it; everybody knows the organisation",
    "Units.mark": "a number that grows",
    "AuditLog.head": "a number and a hash",
    "AuditLog.verify": "a number",
    "Links.look": "whoever holds the link",
    "Links.use": "whoever holds the link",
    "Sessions.find": "whoever holds the cookie",
    "Sessions.of": "a person's own, or an administrator's",
    "Keys.find": "whoever holds the key",
    "People.get": "accounts are an administrator's",
    "People.all": "accounts are an administrator's",
    "People.any": "yes or no",
    "People.names": "names of colleagues are shown everywhere",
    "People.password_of": "sign-in only",
    "People.grants": "a person's own, or an administrator's",
    "People.wait_until": "sign-in only",
    "Sessions.all": "an administrator's list of sessions",
    "Factors.of": "a person's own, or an administrator's",
    "Factors.accounts": "accounts are an administrator's",
    "Factors.pending": "a person's own",
    "Caring.of": "a person's own, or an administrator's",
    "Caring.all": "accounts are an administrator's",
    "Caring.sign_ins": "a person's own, or an administrator's",
    "Caring.notices": "a person's own",
    "Reviews.now": "the list of all accounts, which administrators sign",
    "Reviews.last": "administrators and auditors over the whole province",
    "Reviews.all": "administrators and auditors over the whole province",
    "Reviews.due": "a moment",
    "Reviews.changed_since": "a number",
    "Unmaskings.holds": "a person's own",
    "Queue.sum_of": "made from an alert that the caller has read",
    "Risk.confidence": "how good a rule is; counts of all units, without their names",
    "Answers.claim": "a person's own earlier answer, by his key",
    "Drops.count_since": "how many files one person dropped",
    "Drops.done_before": "what came of the very file that the caller drops, for a unit of his",
    "Feed.position": "a number that grows",
    "Feed.growth": "a number that grows",
    "Feed.since": "read once for all listeners; the hub asks each one's scope before it tells him",
    "Feed.grown_since": "read once for all listeners; the hub asks each one's scope before it tells him",
    "Figures.latest": "a moment",
    "Figures.runs": "moments",
    "Observations.find": "positions and hashes of what the caller itself sends",
    "Observations.last_revisions": "revision numbers of what the caller itself sends",
    "Observations.last_of": "numbers and ids of revisions of keys that the caller names",
    "Observations.position": "a number that grows",
    "Jobs.position": "a number that grows",
    "Jobs.titles": "titles of rules, which everybody may read",
    "Jobs.get": "a person's own; the pages look whose it is",
    "Jobs.of": "a person's own",
    "Jobs.open": "the worker that does them",
    "Jobs.changed_since": "read once for all listeners; the hub tells each one of his own",
    "Jobs.items": "the worker that does them",
    "Jobs.troubles": "alerts of a person's own job, which he chose within his scope",
    "Preferences.get": "a person's own",
    "Receipts.find": "the hub, which answers the sender of that very batch",
    "Versions.in_force": "the catalogue, the profile and the organisation chart",
    "Views.seen_by": "a person's own questions and what colleagues share; texts, no data of units",
}
"""Reading methods that take no scope, with the reason."""

WRITES = {
    *("Hits.add", "Alerts.insert", "Alerts.grow", "Alerts.record", "BaseHits.expire", "Accounting.add"),
    *("Sources.add", "Sources.greet", "AuditLog.append", "People.create", "People.end_grant", "People.failed"),
    *("Sessions.renew", "Factors.begin", "Factors.confirm", "Factors.check", "Factors.new_codes", "Caring.signed_in"),
    *("Reviews.sign", "Unmaskings.begin"),
    *("Warnings.raise_new", "Reminders.write"),
    *("Storms.guard", "Storms.end", "Alerts.record_many", "AuditLog.append_many", "Drops.link", "Jobs.advance"),
    *("Keys.rotate", "Findings.open", "Findings.close_corrected", "Versions.keep"),
    *("Views.save", "Observations.add", "Observations.hold", "Observations.hold_many", "Observations.replaced"),
    *("Links.make", "Sessions.start", "Sessions.end_handle", "Sessions.end_all", "Keys.make", "Keys.revoke"),
}
"""Methods that answer what they have just written."""


def test_every_reading_method_takes_a_scope_without_a_default(state: State) -> None:
    found = {}
    with state.read() as tx:
        for repository in _repositories(tx):
            for name, method in inspect.getmembers(repository, inspect.ismethod):
                if not name.startswith("_") and typing.get_type_hints(method).get("return") is not type(None):
                    found[f"{type(repository).__name__}.{name}"] = inspect.signature(method).parameters
    scoped = {name for name, parameters in found.items() if "scope" in parameters}
    assert set(found) - scoped == set(UNSCOPED) | WRITES
    assert all(found[name]["scope"].default is inspect.Parameter.empty for name in scoped)
    assert len(scoped) >= 20


UNITS = st.frozensets(st.sampled_from(["a", "b", "c"]))


@given(UNITS, st.sampled_from(["a", "b", "c", "unassigned"]))
@settings(deadline=None, max_examples=50)
def test_the_condition_means_what_the_scope_means(units: frozenset[str], unit: str) -> None:
    condition = within(Scope(units), column("unit_id")).compile(compile_kwargs={"literal_binds": True})
    assert (f"'{unit}'" in str(condition)) == Scope(units).sees(unit)


@pytest.mark.parametrize("unit", ["a", "unassigned"])
def test_only_the_whole_province_sees_the_unassigned(unit: str) -> None:
    assert SYSTEM.sees(unit)
    assert str(within(SYSTEM, column("unit_id"))) == "true"


def _repositories(tx: Tx) -> list[object]:
    return [value for name, value in vars(tx).items() if name != "connection"]
