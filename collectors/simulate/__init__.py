"""A seeded province that writes vendor-format lines: for the demo, load tests and rule tests over time.

`province.py` puts it together, `world.py` is who and what there is, `writers/` are the mirror of the parsers,
`office.py` the ordinary day, `attacks/` the scenarios, `dirt.py` what goes wrong on the way, `capture.py` packets.
Nothing here is real: outside parties have documentation addresses, names are drawn from lists.
"""
