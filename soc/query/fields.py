"""Which fields a query may name: the field table, the vendors' roots, and short names that mean several fields."""

from __future__ import annotations

import re
from difflib import get_close_matches

from soc.fields import table as field_table
from soc.fields.table import FieldSpec, Kind

TEXT_FIELDS = (
    "message",
    "event.original",
    "process.command_line",
    "file.name",
    "file.path",
    "url.domain",
    "url.original",
)
"""Where free text is looked for; columns of the store, all of them."""

SHORT_NAMES: dict[str, tuple[str, ...]] = {
    "ip": ("source.ip", "destination.ip", "related.ip"),
    "user": ("user.name", "user.target.name", "related.user"),
    "host": ("host.name", "observer.name", "related.hosts"),
    "hash": ("related.hash", "file.hash.md5", "file.hash.sha1", "file.hash.sha256"),
    "port": ("source.port", "destination.port"),
    "domain": ("dns.question.name", "url.domain", "destination.domain"),
    "time": ("@timestamp",),
}

NAME = re.compile(r"[A-Za-z_@][A-Za-z0-9_.@\-]*")

_OPEN = Kind.OBJECT  # what FieldSpec calls free-form is a container; below it nothing has a type


def spec_of(name: str) -> FieldSpec | None:
    """The field's type; None for a vendor's field, which has none."""
    return field_table.field(name)


def is_known(name: str) -> bool:
    """Whether a query may ask for it. The name of a container alone is none."""
    spec = field_table.field(name)
    if spec is not None:
        return spec.kind is not _OPEN
    root, dot, _ = name.partition(".")
    if dot and root in field_table.table().vendor_roots:
        return NAME.fullmatch(name) is not None
    return field_table.known(name) and bool(dot)


def names_of(name: str) -> tuple[str, ...]:
    """The fields that a name stands for; empty when nobody knows it."""
    if name in SHORT_NAMES:
        return SHORT_NAMES[name]
    return (name,) if is_known(name) else ()


def nearest(name: str) -> tuple[str, ...]:
    """Three names that were probably meant; short ones first."""
    lower = name.lower()
    if names_of(lower):
        return (lower,)
    short = get_close_matches(lower, SHORT_NAMES, n=1)
    return (*short, *field_table.nearest(name))[:3]
