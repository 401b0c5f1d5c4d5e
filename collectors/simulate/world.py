"""Who and what there is: units with their networks, devices, computers and people; drawn once from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network
from random import Random

from collectors.simulate.chance import chance
from soc.fold import fold_marks
from soc.unit import UnitTree

SITES = 40
DOMAIN = "example.gov.vn"
NETBIOS = "EXAMPLE"

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Hồ", "Ngô", "Đinh", "Cao", "Lương")
_MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thanh", "Hữu", "Ngọc", "Quang", "Thu", "Xuân", "Hồng", "Công")
_GIVEN = (
    *("An", "Bình", "Châu", "Dũng", "Đạt", "Giang", "Hà", "Hạnh", "Hiếu", "Hùng", "Hương", "Khánh", "Lan", "Linh"),
    *("Long", "Mai", "Nam", "Nga", "Phong", "Phúc", "Quân", "Sơn", "Tâm", "Thảo", "Thủy", "Trang", "Tuấn", "Việt"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff: name as written, account in the domain, SID."""

    name: str
    account: str
    sid: str
    vpn: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer or server: short name, full name, address."""

    name: str
    address: str

    @property
    def full_name(self) -> str:
        return f"{self.name}.{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Site:
    """The network of one unit. `router` is a FortiGate or a MikroTik; `sysmon`: its PCs send their logs."""

    unit: str
    network: IPv4Network
    router: Machine
    fortigate: bool
    computers: tuple[Machine, ...]
    server: Machine
    people: tuple[Person, ...]
    sysmon: bool

    @property
    def serial(self) -> str:
        return f"FGT60F{int(self.network.network_address) & 0xFFFFFFFF:010d}"


@dataclass(frozen=True, slots=True)
class World:
    """The province. The first site holds the data centre."""

    sites: tuple[Site, ...]
    controllers: tuple[Machine, ...]
    servers: tuple[Machine, ...]
    portals: tuple[Machine, ...]
    resolver: Machine

    @property
    def centre(self) -> Site:
        return self.sites[0]

    @property
    def fortigates(self) -> tuple[Site, ...]:
        return tuple(site for site in self.sites if site.fortigate)

    @property
    def mikrotiks(self) -> tuple[Site, ...]:
        return tuple(site for site in self.sites if not site.fortigate)


def build_world(seed: int, units: UnitTree, day: date) -> World:
    """The world of a seed on a day; at most SITES units, those with an IPv4 network, in the order of the data."""
    homes = _homes(units, day)
    if not homes:
        raise ValueError("the simulator needs at least one unit with an IPv4 network of /26 or wider on that day")
    names = _names(chance(seed, "people"))
    sites = tuple(_site(seed, index, unit, network, names) for index, (unit, network) in enumerate(homes))
    centre = sites[0].network
    return World(
        sites=sites,
        controllers=tuple(Machine(f"dc{n:02d}", _address(centre, 4 + n)) for n in (1, 2)),
        servers=tuple(Machine(f"srv-{name}", _address(centre, 10 + n)) for n, name in enumerate(_SERVERS)),
        portals=tuple(Machine(f"portal{n:02d}", _address(centre, 20 + n)) for n in (1, 2, 3)),
        resolver=Machine("ns01", _address(centre, 8)),
    )


_SERVERS = ("vanban", "ketoan", "hoso", "luutru", "baocao", "nhansu", "bando")


def _homes(units: UnitTree, day: date) -> list[tuple[str, IPv4Network]]:
    homes: dict[str, IPv4Network] = {}
    for entry in units.networks:
        network = entry.network
        if isinstance(network, IPv4Network) and network.prefixlen <= 26 and entry.holds_on(day):
            homes.setdefault(entry.unit, network)
    return list(homes.items())[:SITES]


def _site(seed: int, index: int, unit: str, network: IPv4Network, names: list[str]) -> Site:
    draw = chance(seed, "site", unit)
    label = "".join(char for char in fold_marks(unit) if char.isalnum())[:10] or f"u{index}"
    fortigate = index == 0 or index % 3 == 1  # communes mostly have a MikroTik
    count = draw.randint(5, 20)
    people = tuple(_person(draw, names, index * 40 + n) for n in range(count))
    return Site(
        unit=unit,
        network=network,
        router=Machine(f"{'fgt' if fortigate else 'rb'}-{label}", _address(network, 1)),
        fortigate=fortigate,
        computers=tuple(Machine(f"pc-{label[:6]}-{n:02d}", _address(network, 32 + n)) for n in range(count)),
        server=Machine(f"fs-{label}", _address(network, 3)),
        people=people,
        sysmon=index % 2 == 0,
    )


def _person(draw: Random, names: list[str], number: int) -> Person:
    name = names[number % len(names)]
    account = fold_marks(name).replace(" ", "") + (str(number // len(names)) if number >= len(names) else "")
    return Person(name, account, f"S-1-5-21-1004336348-1177238915-682003330-{2000 + number}", draw.random() < 0.3)


def _names(draw: Random) -> list[str]:
    """Every name there is, in an order of this seed."""
    names = [f"{family} {middle} {given}" for family in _FAMILY for middle in _MIDDLE for given in _GIVEN]
    draw.shuffle(names)
    unique = {fold_marks(name): name for name in names}  # two names must not fold to one account
    return list(unique.values())


def _address(network: IPv4Network, number: int) -> str:
    return str(network.network_address + number)
