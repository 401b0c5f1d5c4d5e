"""Hosts, accounts, addresses, domains, hashes, units: what do we know of them; and the search of the top bar."""
