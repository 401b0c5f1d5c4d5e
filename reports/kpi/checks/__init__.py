"""What is asked of an observation before it counts, in the order of ioc-hub.md 4.3; each check adds all its faults.

`naming` (catalogue, unit and date, right to speak, sensitivity), `numbers` (period, number, ratio, range), `order`
(ids and revisions), `history` (jumps, falls, sums, lateness). Values in, faults out: nothing here reads a store.
"""
