"""How far a file is, as mark and words."""

from __future__ import annotations

from dashboards.shell.i18n import N_
from soc.state.tables.figures import DropState

STATES = {
    DropState.WAITING: ("due", N_("waits for the worker")),
    DropState.READING: ("in_progress", N_("is being read")),
    DropState.JUDGING: ("in_progress", N_("is being judged by the rules")),
    DropState.DONE: ("ok", N_("done")),
    DropState.FAILED: ("failed", N_("could not be read to its end")),
}
