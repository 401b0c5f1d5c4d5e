"""The field table: ECS 9.4.0 (`ecs.json`, made by tools/ecs_table.py) and what we add to it (`own.yml`).

`table.py` answers what a field is, `validate.py` whether an event keeps to it.
"""
