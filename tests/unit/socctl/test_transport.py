"""Where the pages may listen: never in the clear where others can reach them."""

from __future__ import annotations

import pytest

from soc.errors import SourceError
from soc.settings import Web
from socctl.web import check_transport

TLS = {"origin": "https://soc.example", "trusted_proxies": ("10.0.0.1/32",)}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_nothing(host: str) -> None:
    check_transport(Web(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5", "::", "soc.example"])
def test_other_addresses_need_tls_in_front(host: str) -> None:
    check_transport(Web(host=host, **TLS))
    for missing in TLS:
        left = {name: value for name, value in TLS.items() if name != missing}
        with pytest.raises(SourceError, match="nothing says that TLS stands in front") as refused:
            check_transport(Web(host=host, **left))
        assert refused.value.code == "SOC-1712"
