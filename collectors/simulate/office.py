"""The ordinary day of the province: what an office sends when nothing is wrong.

Volume follows the clock: full from 8 to 11 and 14 to 17, a lunch gap, little at night.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from collectors.parser import PROVINCE_ZONE
from collectors.simulate.chance import chance
from collectors.simulate.line import Line
from collectors.simulate.world import DOMAIN, Machine, Person, Site, World
from collectors.simulate.writers import fortigate, linux, mikrotik, nginx, windows

MINUTE = timedelta(minutes=1)
_NIGHT, _LUNCH, _EDGE, _FULL = 0.3, 0.6, 0.8, 1.1
_HOURS = [_NIGHT] * 6 + [_EDGE, _FULL, _FULL, _FULL, _FULL, _LUNCH, _LUNCH, _EDGE, _FULL, _FULL, _FULL, _EDGE]
_HOURS += [_NIGHT] * (24 - len(_HOURS))

_OUTSIDE = ("192.0.2.", "198.51.100.")
_PAGES = ("/", "/tin-tuc", "/thu-tuc-hanh-chinh", "/van-ban", "/lien-he", "/dich-vu-cong/tra-cuu", "/images/logo.png")
_PROGRAMS = (
    (
        r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE",
        r"C:\Windows\explorer.exe",
        '"{image}" /n "{doc}"',
    ),
    (r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE", r"C:\Windows\explorer.exe", '"{image}" "{doc}"'),
    (r"C:\Program Files\Google\Chrome\Application\chrome.exe", r"C:\Windows\explorer.exe", '"{image}"'),
    (r"C:\Program Files\UniKey\UniKeyNT.exe", r"C:\Windows\explorer.exe", '"{image}"'),
    (r"C:\Windows\System32\svchost.exe", r"C:\Windows\System32\services.exe", "{image} -k netsvcs -p"),
    (r"C:\Windows\System32\taskhostw.exe", r"C:\Windows\System32\svchost.exe", "{image}"),
)
_DOCUMENTS = ("Báo cáo tháng.docx", "Kế hoạch công tác.docx", "Danh sách hồ sơ.xlsx", "Tờ trình.docx")
_SITES = (f"dichvucong.{DOMAIN}", f"mail.{DOMAIN}", f"vanban.{DOMAIN}", "www.example.com", "update.example.net")
_JOBS = (
    "/usr/local/bin/backup-db",
    "/usr/lib/php/sessionclean",
    "run-parts /etc/cron.hourly",
    "/opt/portal/bin/reindex",
)
_PHONE = "Mozilla/5.0 (Linux; Android 16; Mobile) AppleWebKit/537.36 Chrome/146.0 Mobile Safari/537.36"


def office_minute(seed: int, world: World, minute: datetime, rate: float) -> Iterator[Line]:
    """The ordinary lines of one minute at about `rate` lines a second in full hours, by time."""
    draw = chance(seed, "office", int(minute.timestamp()))
    load = _HOURS[minute.astimezone(PROVINCE_ZONE).hour]
    count = max(round(rate * 60 * load * draw.uniform(0.85, 1.15)), 0)
    moments = sorted(draw.randrange(60_000_000) for _ in range(count))
    acts = draw.choices(tuple(_ACTS), weights=tuple(_ACTS.values()), k=count)
    for offset, act in zip(moments, acts, strict=True):
        yield act(world, draw, minute + timedelta(microseconds=offset))


def _browsing(world: World, draw: Random, at: datetime) -> Line:
    site = draw.choice(world.sites)
    source = (draw.choice(site.computers).address, draw.randint(49_152, 65_535))
    destination = (f"192.0.2.{draw.randint(10, 250)}", draw.choice((80, 443, 443, 443)))
    if not site.fortigate:
        return mikrotik.forwarded(site, at, source, destination, _mac(draw))
    sent, received = draw.randint(400, 9_000), draw.randint(1_000, 400_000)
    return fortigate.traffic(
        site, at, source, destination, "close", session=draw.randrange(10**8), sent=sent, received=received, duration=30
    )


def _knocking(world: World, draw: Random, at: datetime) -> Line:
    """The noise of the Internet: scanners are refused all day."""
    site = draw.choice(world.sites)
    source, port = (_outsider(draw), draw.randint(1_024, 65_535)), draw.choice((22, 23, 445, 3389, 8291, 8080))
    if not site.fortigate:
        return mikrotik.dropped(site, at, source, port)
    target = (site.router.address, port)
    return fortigate.traffic(
        site, at, source, target, "deny", session=draw.randrange(10**8), inbound=True, service=f"tcp/{port}"
    )


def _file_server(world: World, draw: Random, at: datetime) -> Line:
    site = draw.choice(world.sites)
    person, computer = _seat(draw, site)
    host = draw.choice((site.server, world.controllers[0]))
    return windows.logon(host, at, person, computer.address, 3, draw.randint(49_152, 65_535))


def _mistyped(world: World, draw: Random, at: datetime) -> Line:
    site = draw.choice(world.sites)
    person, computer = _seat(draw, site)
    return windows.logon_failed(site.server, at, person.account, computer.address, 3, draw.randint(49_152, 65_535))


def _program(world: World, draw: Random, at: datetime) -> Line:
    person, computer = _seat(draw, draw.choice(_watched(world)))
    image, parent, form = draw.choice(_PROGRAMS)
    document = f"C:\\Users\\{person.account}\\Documents\\{draw.choice(_DOCUMENTS)}"
    command = form.format(image=image, doc=document)
    return windows.process(computer, at, windows.account_of(person), image, command, parent, draw.randint(900, 30_000))


def _lookup(world: World, draw: Random, at: datetime) -> Line:
    person, computer = _seat(draw, draw.choice(_watched(world)))
    image = r"C:\Program Files\Google\Chrome\Application\chrome.exe"
    user = windows.account_of(person)
    return windows.dns_query(computer, at, user, draw.choice(_SITES), image, draw.randint(900, 30_000))


def _visit(world: World, draw: Random, at: datetime) -> Line:
    portal, client = draw.choice(world.portals), _outsider(draw)
    page = draw.choice(_PAGES)
    agent = {"agent": _PHONE} if draw.random() < 0.5 else {}
    size = draw.randint(500, 60_000)
    return nginx.access(portal, at, client, f"GET {page}", draw.choice((200, 200, 200, 304)), size=size, **agent)


def _old_link(world: World, draw: Random, at: datetime) -> Line:
    return nginx.access(draw.choice(world.portals), at, _outsider(draw), f"GET /tin-tuc/{draw.randint(1, 99)}", 404)


def _job(world: World, draw: Random, at: datetime) -> Line:
    return linux.cron(draw.choice(world.portals), at, "root", draw.choice(_JOBS), draw.randint(900, 30_000))


def _maintenance(world: World, draw: Random, at: datetime) -> Line:
    portal, admin = draw.choice(world.portals), world.centre.computers[0]
    kind = draw.random()
    if kind < 0.1:
        return linux.ssh_failed(portal, at, "quantri", admin.address, draw.randint(49_152, 65_535), 911)
    if kind < 0.5:
        return linux.sudo(portal, at, "quantri", "/usr/bin/systemctl reload nginx")
    return linux.ssh_accepted(
        portal, at, "quantri", admin.address, draw.randint(49_152, 65_535), draw.randint(900, 30_000)
    )


def _vpn(world: World, draw: Random, at: datetime) -> Line:
    site = draw.choice(world.fortigates)
    person = draw.choice(site.people)
    home = f"198.51.100.{100 + int(person.sid[-2:])}"
    if draw.random() < 0.1:
        return fortigate.vpn_failed(site, at, person.account, home)
    inside = str(site.network.network_address + 60)
    return fortigate.vpn_up(site, at, person.account, home, inside, draw.randrange(10**9))


def _lease(world: World, draw: Random, at: datetime) -> Line:
    if not world.mikrotiks:
        return _browsing(world, draw, at)
    site = draw.choice(world.mikrotiks)
    return mikrotik.leased(site, at, draw.choice(site.computers).address, _mac(draw))


def _watched(world: World) -> tuple[Site, ...]:
    return tuple(site for site in world.sites if site.sysmon)


def _seat(draw: Random, site: Site) -> tuple[Person, Machine]:
    """A person at their own computer."""
    number = draw.randrange(len(site.people))
    return site.people[number], site.computers[number]


def _outsider(draw: Random) -> str:
    return draw.choice(_OUTSIDE) + str(draw.randint(1, 99))


def _mac(draw: Random) -> str:
    return "02:00:5e:" + ":".join(f"{draw.randrange(256):02x}" for _ in range(3))


_ACTS: dict[Callable[[World, Random, datetime], Line], int] = {
    _browsing: 380,
    _knocking: 110,
    _file_server: 90,
    _mistyped: 4,
    _program: 120,
    _lookup: 60,
    _visit: 170,
    _old_link: 6,
    _job: 12,
    _maintenance: 4,
    _vpn: 8,
    _lease: 36,
}
