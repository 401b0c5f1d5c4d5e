"""Accounts and groups: shadow-utils (useradd, usermod, userdel, groupadd, gpasswd, passwd, chage, chfn) and login."""

from __future__ import annotations

from collectors.enrich.addresses import put
from collectors.parsers.forms import Found, account, authentication, form, read_forms
from soc.event import Event

_TARGET = {"target": "user.target.name"}
_GROUP = {"group": "group.name", "gid": "group.id"}
_MEMBER = {**_TARGET, **_GROUP, "user": "user.name"}


def _member(event: Event, found: Found) -> None:
    if group := found.get("group"):
        event["user.target.group.name"] = group


def _from(event: Event, found: Found) -> None:
    put(event, "source", found.get("host", ""))


_FORMS = (
    form(
        r"new user: name=(?P<target>[^,]*+), UID=(?P<uid>\d++), GID=(?P<gid>\d++), home=(?P<home>[^,]*+),"
        r" shell=(?P<shell>[^,]*+)",
        account("user_added", ["user", "creation"]),
        {
            **_TARGET,
            "uid": "user.target.id",
            "gid": "user.target.group.id",
            "home": "linux.account.home",
            "shell": "linux.account.shell",
        },
        starts="new user",
    ),
    form(
        r"(?:new group: name=|group added to \S++ name=)(?P<group>[^,\s]++)(?:, GID=(?P<gid>\d++))?",
        account("group_added", ["group", "creation"]),
        _GROUP,
        starts=("new group", "group added"),
    ),
    form(
        r"(?:failed adding|cannot add|failed to add) user '?(?P<target>[^',]++)'?",
        account("user_added", ["user", "creation"], "failure"),
        _TARGET,
        starts=("failed adding", "cannot add", "failed to add"),
    ),
    form(
        r"add '(?P<target>[^']++)' to (?:shadow )?group '(?P<group>[^']++)'",
        account("group_member_added", ["group", "change"]),
        _MEMBER,
        _member,
        "add '",
    ),
    form(
        r"delete '(?P<target>[^']++)' from (?:shadow )?group '(?P<group>[^']++)'",
        account("group_member_removed", ["group", "change"]),
        _MEMBER,
        _member,
        "delete '",
    ),
    form(
        r"user (?P<target>\S++) added by (?P<user>\S++) to group (?P<group>\S++)",
        account("group_member_added", ["group", "change"]),
        _MEMBER,
        _member,
        "user ",
    ),
    form(
        r"user (?P<target>\S++) removed by (?P<user>\S++) from group (?P<group>\S++)",
        account("group_member_removed", ["group", "change"]),
        _MEMBER,
        _member,
        "user ",
    ),
    form(
        r"members of group (?P<group>\S++) set by (?P<user>\S++) to (?P<members>.*)",
        account("group_members_set", ["group", "change"]),
        {**_MEMBER, "members": "linux.account.members"},
        starts="members of group",
    ),
    form(
        r"change user name '(?P<target>[^']++)' to '(?P<new>[^']++)'",
        account("user_renamed", ["user", "change"]),
        {**_TARGET, "new": "user.changes.name"},
        starts="change user name",
    ),
    form(
        r"change user '(?P<target>[^']++)' (?P<what>password|shell|home|UID|GID|expiration|inactive|comment)"
        r"(?: from '(?P<old>[^']*+)' to '(?P<new>[^']*+)')?",
        account("user_changed", ["user", "change"]),
        {
            **_TARGET,
            "what": "linux.account.changed",
            "old": "linux.account.old",
            "new": "linux.account.new",
        },
        starts="change user '",
    ),
    form(
        r"change(?:d)? user '(?P<target>[^']++)' (?P<what>\w++)(?: information|to)?",
        account("user_changed", ["user", "change"]),
        {**_TARGET, "what": "linux.account.changed"},
        starts=("change user", "changed user"),
    ),
    form(
        r"lock user '(?P<target>[^']++)' password",
        account("user_locked", ["user", "change"]),
        _TARGET,
        starts="lock user",
    ),
    form(
        r"unlock user '(?P<target>[^']++)' password",
        account("user_unlocked", ["user", "change"]),
        _TARGET,
        starts="unlock user",
    ),
    form(
        r"delete user '(?P<target>[^']++)'",
        account("user_deleted", ["user", "deletion"]),
        _TARGET,
        starts="delete user",
    ),
    form(
        r"removed (?:shadow )?group '(?P<group>[^']++)' owned by '(?P<target>[^']++)'",
        account("group_deleted", ["group", "deletion"]),
        {**_GROUP, **_TARGET},
        starts="removed ",
    ),
    form(
        r"group '(?P<group>[^']++)' removed",
        account("group_deleted", ["group", "deletion"]),
        _GROUP,
        starts="group '",
    ),
    form(
        r"password for '?(?P<target>[^'\s]++)'? changed by '?(?P<user>[^'\s]++)'?",
        account("password_change", ["user", "change"]),
        {**_TARGET, "user": "user.name"},
        starts="password for",
    ),
    form(
        r"changed password expiry for (?P<target>\S++)",
        account("user_changed", ["user", "change"]),
        _TARGET,
        starts="changed password expiry",
    ),
    form(
        r"(?:ROOT LOGIN|ROOT LOGIN ) +ON (?P<tty>\S++)(?: FROM (?P<host>\S++))?",
        {**authentication("login", "success"), "user.name": "root"},
        {"tty": "linux.login.tty"},
        _from,
        "ROOT LOGIN",
    ),
    form(
        r"LOGIN ON (?P<tty>\S++) BY (?P<user>\S++)(?: FROM (?P<host>\S++))?",
        authentication("login", "success"),
        {"tty": "linux.login.tty", "user": "user.name"},
        _from,
        "LOGIN ON",
    ),
    form(
        r"FAILED LOGIN (?:SESSION )?\(?(?P<count>\d++)?\)?(?: on '(?P<tty>[^']*+)')?(?: FROM '?(?P<host>[^'\s]++)'?)?"
        r"(?: from '(?P<host2>[^']*+)')? FOR '?(?P<user>[^',]++)'?, (?P<why>.*)",
        authentication("login", "failure"),
        {"tty": "linux.login.tty", "user": "user.name", "why": "event.reason"},
        _from,
        "FAILED LOGIN",
    ),
)


def read(text: str) -> Event | None:
    """An account or group was made, changed or removed, or somebody logged on at a terminal."""
    return read_forms(_FORMS, text)
