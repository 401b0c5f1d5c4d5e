"""Every parser by name: those written in code, those described by a mapping file, those of the site.

Loaded when first asked for: `socctl --help` pays for none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.parser import Parser

if TYPE_CHECKING:
    from collectors.mapping.detect import Score
    from collectors.mapping.library import SiteMappings
    from collectors.mapping.mapping import MappingParser


def _apache() -> Parser:
    from collectors.parsers.web import apache

    return apache()


def _cisco_ios() -> Parser:
    from collectors.parsers.cisco_ios import CiscoIosParser

    return CiscoIosParser()


def _json() -> Parser:
    from collectors.parsers.json_lines import JsonLinesParser

    return JsonLinesParser()


def _linux() -> Parser:
    from collectors.parsers.linux.parser import LinuxParser

    return LinuxParser()


def _netfilter() -> Parser:
    from collectors.parsers.netfilter import NetfilterParser

    return NetfilterParser()


def _nginx() -> Parser:
    from collectors.parsers.web import nginx

    return nginx()


def _pcap() -> Parser:
    from collectors.parsers.pcap import PcapParser

    return PcapParser()


def _suricata() -> Parser:
    from collectors.parsers.suricata import SuricataParser

    return SuricataParser()


def _syslog() -> Parser:
    from collectors.parsers.generic import SyslogParser

    return SyslogParser()


def _windows() -> Parser:
    from collectors.parsers.windows.parser import WindowsParser

    return WindowsParser()


CODED: dict[str, Callable[[], Parser]] = {
    "apache": _apache,
    "cisco_ios": _cisco_ios,
    "evtx": _windows,
    "json": _json,
    "linux": _linux,
    "netfilter": _netfilter,
    "nginx": _nginx,
    "pcap": _pcap,
    "suricata": _suricata,
    "syslog": _syslog,
    "windows": _windows,
}

_loaded: dict[str, Parser] = {}
_site: dict[str, MappingParser] = {}


def names() -> tuple[str, ...]:
    """What `--source` and a source's `product` may say."""
    from collectors.mapping.library import shipped_names

    return tuple(sorted({*CODED, *shipped_names(), *_site}))


def parser(name: str) -> Parser:
    """The parser of that name; KeyError when there is none. A mapping of the site wins over ours."""
    found: Parser | None = _site.get(name) or _loaded.get(name)
    if found is None:
        found = _loaded[name] = CODED[name]() if name in CODED else _shipped(name)
    return found


def scores() -> dict[str, Score]:
    """Of every mapping that says how its lines are known."""
    from collectors.mapping.library import shipped, shipped_names

    plans = {name: shipped(name).plan for name in shipped_names()} | {name: own.plan for name, own in _site.items()}
    return {name: plan.score for name, plan in plans.items() if plan.detects}


def use_site(folder: Path) -> None:
    """Takes the good mappings of the site's folder; raises MappingError with the faults of the bad ones after
    the good ones are in use."""
    from collectors.mapping.library import SiteMappings
    from soc.errors import MappingError

    site = SiteMappings(folder)
    site.reload()
    take_site(site)
    if site.faults:
        raise MappingError([fault for error in site.faults.values() for fault in error.faults])


def use_good(folder: Path) -> None:
    """The same for a role that must not stand still for a bad file: each is in the log with its faults by then."""
    from soc.errors import MappingError

    with suppress(MappingError):
        use_site(folder)


def take_site(site: SiteMappings) -> None:
    """Puts these in force, and no others of a site."""
    _site.clear()
    _site.update(site.parsers())


def _shipped(name: str) -> Parser:
    from collectors.mapping.library import shipped

    return shipped(name)
