"""The parsers written in code, by product; products described by a table are in `mappings/`."""

from __future__ import annotations

from collections.abc import Callable

from collectors.parser import Parser
from collectors.parsers.cisco_ios import CiscoIosParser
from collectors.parsers.json_lines import JsonLinesParser
from collectors.parsers.linux.parser import LinuxParser
from collectors.parsers.netfilter import NetfilterParser
from collectors.parsers.pcap import PcapParser
from collectors.parsers.suricata import SuricataParser
from collectors.parsers.web import apache, nginx

CODED: dict[str, Callable[[], Parser]] = {
    "apache": apache,
    "cisco_ios": CiscoIosParser,
    "json": JsonLinesParser,
    "linux": LinuxParser,
    "netfilter": NetfilterParser,
    "nginx": nginx,
    "pcap": PcapParser,
    "suricata": SuricataParser,
}
