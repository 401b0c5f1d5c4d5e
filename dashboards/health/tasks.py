"""What somebody has to do, worst first: each red thing says what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from dashboards.health.service import QUIET, SLOW, HealthView
from dashboards.shell.formats import clock_time
from dashboards.shell.hostile import plain
from dashboards.shell.i18n import N_

DISK_DAYS = 14
DISK_SHARE = 0.05

Words = Callable[..., str]
"""A text of ours and its values -> the text in the reader's language."""


@dataclass(frozen=True, slots=True)
class Task:
    """`mark`: failed (must be done), late (look at it), unknown (nobody can tell)."""

    mark: str
    title: str
    act: str
    href: str = ""


def tasks(view: HealthView, words: Words, duration: Callable[[timedelta], str]) -> tuple[Task, ...]:
    """Everything, in the order failed, late, unknown."""
    found = [*_books(view, words), *_loops(view, words), *_disk(view, words), *_store(view, words)]
    found += [*_silence(view, words, duration), *_review(view, words), *_backup(words)]
    order = ("failed", "late", "unknown")
    return tuple(sorted(found, key=lambda task: order.index(task.mark)))


def _books(view: HealthView, words: Words) -> Iterator[Task]:
    for line in view.balances:
        name = plain(line.name, 60)
        missing = [hour for hour in line.hours if hour.missing]
        if missing and view.busy is False:
            yield Task(
                "failed",
                words(
                    N_("%(name)s lacks %(n)d records since %(at)s"),
                    name=name,
                    n=sum(hour.missing for hour in missing),
                    at=clock_time(missing[0].at)[:5],
                ),
                words(N_("Restart the loops (socctl up); what lies in the raw log is read again.")),
                f"/sources/{line.source}",
            )
        dropped = line.total.dropped
        if dropped:
            reasons = ", ".join(sorted(name for name, _ in line.total.reasons))
            yield Task(
                "late",
                words(N_("%(name)s dropped %(n)d records: %(why)s"), name=name, n=dropped, why=plain(reasons, 80)),
                words(N_("Raise the socket buffer or the quota of the raw log, or let the device send by TCP.")),
                f"/sources/{line.source}",
            )


def _loops(view: HealthView, words: Words) -> Iterator[Task]:
    if not view.beats:
        yield Task("unknown", words(N_("No loop has reported.")), words(N_("Start the system: socctl up.")))
    for beat in view.beats:
        label = words(beat.label)
        if view.now - beat.at > QUIET:
            yield Task(
                "failed",
                words(N_("%(loop)s has not been heard since %(at)s"), loop=label, at=clock_time(beat.at)),
                words(N_("Look at its messages and restart it: socctl up.")),
            )
        elif beat.failure:
            act = words(N_("Free the disk or wait for the other writer; it tries again by itself."))
            yield Task("failed", f"{label}: {plain(beat.failure, 160)}", act)
        elif beat.lag is not None and beat.lag > SLOW.total_seconds():
            yield Task(
                "late",
                words(
                    N_("%(loop)s is %(n).1f s late, more than %(most)d s"), loop=label, n=beat.lag, most=SLOW.seconds
                ),
                words(N_("See the slowest rules below, and whether an import is running.")),
            )


def _disk(view: HealthView, words: Words) -> Iterator[Task]:
    disk = view.disk
    if disk is None:
        return
    act = words(N_("Make room, or keep events for fewer days (events.retention_days)."))
    if disk.free < disk.size * DISK_SHARE:
        yield Task("failed", words(N_("The disk is nearly full: %(n)d %% free"), n=100 * disk.free // disk.size), act)
    elif disk.days is not None and disk.days < DISK_DAYS:
        yield Task("late", words(N_("The disk is full in %(n)d days at this pace"), n=int(disk.days)), act)


def _store(view: HealthView, words: Words) -> Iterator[Task]:
    for problem in view.store.problems if view.store else ():
        act = words(N_("Restore the file from the backup; socctl explain and the code say more."))
        yield Task("failed", plain(problem, 160), act)


def _silence(view: HealthView, words: Words, duration: Callable[[timedelta], str]) -> Iterator[Task]:
    if not view.silent:
        return
    names = ", ".join(
        f"{plain(one.source.name, 40)} ({duration(one.quiet or timedelta(0))})" for one in view.silent[:3]
    )
    rules = len({rule for rule, *_ in view.blind})
    title = words(N_("%(n)d sources are silent, %(rules)d rules blind"), n=len(view.silent), rules=rules)
    yield Task("late", title, words(N_("Call the contacts: %(names)s."), names=names), "/sources?state=silent")


def _review(view: HealthView, words: Words) -> Iterator[Task]:
    if view.review_due is None or view.review_due > view.now:
        return
    title = words(N_("The review of who may do what is %(n)d days overdue"), n=(view.now - view.review_due).days)
    act = words(N_("Go through the list of people and roles, end what is not needed, and sign it."))
    yield Task("failed", title, act, "/admin/review")


def _backup(words: Words) -> Iterator[Task]:
    yield Task(
        "unknown",
        words(N_("The age of the last backup is not known")),
        words(N_("No backup has been recorded on this machine; make one of the data directory.")),
    )
