"""One engine for Windows events by whatever road: EVTX, evtx_dump, Winlogbeat, NXLog, Azure tables, event XML.

`shapes.py` finds the form and reads it into a `Winlog`; `event.py` makes the flat event, `meaning.py` adds ECS by id.
"""
