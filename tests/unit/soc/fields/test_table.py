"""The field table knows ECS 9.4.0, what we add, and what a wrong name was meant to be."""

from __future__ import annotations

from soc.fields.table import Kind, field, known, nearest, table


def test_all_fields_of_ecs_and_ours_are_there() -> None:
    assert sum(not name.startswith(("soc.", "unit.")) for name in table().fields) == 2_605


def test_a_field_says_its_type_and_whether_it_is_a_list() -> None:
    address, category = field("source.ip"), field("event.category")
    assert address is not None
    assert category is not None
    assert (address.kind, address.array) == (Kind.ADDRESS, False)
    assert (category.kind, category.array) == (Kind.TEXT, True)
    assert "network" in category.allowed


def test_every_column_is_a_field_and_stands_once() -> None:
    names = [column.name for column in table().columns]
    assert 40 <= len(names) == len(set(names)) <= 50
    assert {"event.id", "@timestamp", "unit.id", "message"} <= set(names)


def test_own_roots_are_soc_and_unit_only() -> None:
    ecs_roots = {"event", "source", "log", "winlog"}
    assert {"soc", "unit"} <= table().roots
    assert not table().roots & table().vendor_roots
    assert "winlog" in table().vendor_roots & ecs_roots


def test_unknown_names_are_unknown_and_vendor_fields_are_open() -> None:
    assert field("source.ipp") is None
    assert not known("source.ipp")
    assert not known("log.source")
    assert known("winlog.event_data.Image")
    assert known("labels.owner")
    assert known("log.syslog.structured_data")
    assert not known("dns.answers.colour")


def test_a_typing_error_gets_the_nearest_names() -> None:
    assert nearest("sorce.ip")[0] == "source.ip"
    assert "process.command_line" in nearest("command_line")
    assert nearest("zzzzzzzzzz") == ()


def test_categories_name_their_legal_types() -> None:
    assert "denied" in table().types["network"]
    assert "denied" not in table().types["authentication"]
