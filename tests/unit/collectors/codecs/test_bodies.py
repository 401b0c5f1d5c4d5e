"""The body codecs: every key of the line, or a ParseError, whatever the bytes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.codecs import cef, csv_line, json_text, kv, leef
from collectors.codecs.decoded import Decoded
from soc.errors import ParseError

COLUMNS = ("a", "b", "", "d")
CODECS: dict[str, Callable[[str], Decoded]] = {
    "kv": kv.decode,
    "kv|": lambda text: kv.decode(text, separator="|"),
    "csv": lambda text: csv_line.decode(text, COLUMNS),
    "cef": cef.decode,
    "leef": leef.decode,
    "json": json_text.decode,
}


@pytest.mark.parametrize(
    "line, keys",
    [
        ("a=1 b=two c=", {"a": "1", "b": "two", "c": ""}),
        ('a="x y" b="" c=3', {"a": "x y", "b": "", "c": "3"}),
        (r'msg="say \"hi\" in C:\Users" b=1', {"msg": r'say "hi" in C:\Users', "b": "1"}),
        ("url=/x?a=b&c=d e=f", {"url": "/x?a=b&c=d", "e": "f"}),
        ("tag=a x=1 tag=b tag=c", {"tag": ["a", "b", "c"], "x": "1"}),
        ("người=An địa_chỉ=xã", {"người": "An", "địa_chỉ": "xã"}),
        ("fortigate date=2026 type=event", {"date": "2026", "type": "event"}),
    ],
)
def test_kv(line: str, keys: dict[str, object]) -> None:
    assert kv.decode(line) == Decoded(keys)


def test_kv_with_other_separators() -> None:
    line = "time=1772439330|hostname=fw 1|src=192.0.2.1|empty="
    assert kv.decode(line, separator="|").keys == {
        "time": "1772439330",
        "hostname": "fw 1",
        "src": "192.0.2.1",
        "empty": "",
    }
    assert kv.decode("a: 1, b: 2", separator=",", pair=": ").keys == {"a": "1", "b": "2"}


def test_kv_finds_commas_by_itself() -> None:
    assert kv.decode('date=2026,msg="a, b",c=', separator="auto").keys == {"date": "2026", "msg": "a, b", "c": ""}
    assert kv.decode('date=2026 msg="a, b" c=1,2', separator="auto").keys == {"date": "2026", "msg": "a, b", "c": "1,2"}


def test_a_line_that_was_cut_inside_quotes_keeps_its_end() -> None:
    assert kv.decode('a=1 msg="cut off here') == Decoded({"a": "1", "msg": "cut off here"}, ("unclosed_quote",))


def test_too_many_pairs_go_to_overflow() -> None:
    decoded = kv.decode(" ".join(f"k{place}=v" for place in range(600)))
    assert len(decoded.keys) == 500
    assert decoded.overflow.startswith("k500=v")


def test_csv_by_position() -> None:
    assert csv_line.decode("1,2,3,4", COLUMNS) == Decoded({"a": "1", "b": "2", "d": "4"})
    assert csv_line.decode('"1,""x""",2,3,4', COLUMNS).keys["a"] == '1,"x"'
    assert csv_line.decode("1,2", COLUMNS) == Decoded({"a": "1", "b": "2"}, ("columns_differ",))
    assert csv_line.decode("1,2,3,4,5,6", COLUMNS).keys["_extra"] == ["5", "6"]


def test_cef_with_escapes_and_labels() -> None:
    line = (
        r"Nov 22 10:11:12 host CEF:0|Ven\|dor|Pro\\duct|1.0|100|An \| event|9|src=192.0.2.1 msg=two words\=ok\nnew "
        r"cs1Label=Policy Name cs1=any any cn1=5 request=http://x/?a=b act="
    )
    assert cef.decode(line).keys == {
        "cefVersion": "0",
        "deviceVendor": "Ven|dor",
        "deviceProduct": "Pro\\duct",
        "deviceVersion": "1.0",
        "deviceEventClassId": "100",
        "name": "An | event",
        "severity": "9",
        "src": "192.0.2.1",
        "msg": "two words=ok\nnew",
        "Policy_Name": "any any",
        "cn1": "5",
        "request": "http://x/?a=b",
        "act": "",
    }


def test_cef_without_extension() -> None:
    assert cef.decode("CEF:0|V|P|1|2|name|5").keys["severity"] == "5"
    assert cef.decode("CEF:1|V|P|1|2|name|5|").keys["severity"] == "5"


@pytest.mark.parametrize(
    "line, value",
    [
        ("LEEF:1.0|V|P|1|E|src=192.0.2.1\tmsg=two words", "192.0.2.1"),
        ("LEEF:2.0|V|P|1|E|^|src=192.0.2.1^msg=two words", "192.0.2.1"),
        ("LEEF:2.0|V|P|1|E|0x7C|src=192.0.2.1|msg=two words", "192.0.2.1"),
        ("LEEF:2.0|V|P|1|E||src=192.0.2.1\tmsg=two words", "192.0.2.1"),
        ("LEEF:2.0|V|P|1|E|src=192.0.2.1\tmsg=two words", "192.0.2.1"),
    ],
)
def test_leef(line: str, value: str) -> None:
    keys = leef.decode(line).keys
    assert (keys["src"], keys["msg"], keys["eventId"], keys["vendor"]) == (value, "two words", "E", "V")


def test_json_is_opened_into_flat_keys() -> None:
    text = '{"a": {"b": 1, "c": [1, {"d": {"e": null}}, [2]]}, "f": "{\\"g\\": true}", "h": {}, "i": "{no"}'
    decoded = json_text.decode(text, embedded=("f", "i"))
    assert decoded.keys == {"a.b": 1, "a.c": [1, {"d.e": None}, "[2]"], "f.g": True, "i": "{no"}
    assert decoded.overflow == '{"h":{}}'


def test_json_duplicate_keys_are_flagged_and_the_last_wins() -> None:
    assert json_text.decode('{"a": 1, "a": 2}') == Decoded({"a": 2}, ("duplicate_key",))
    assert json_text.decode('{"a" : 1, "b" : "\\":"}').flags == ()


def test_json_past_the_limits_goes_to_overflow() -> None:
    deep = json_text.decode('{"a":' * 25 + "1" + "}" * 25)
    assert deep.keys == {}
    assert deep.overflow
    wide = json_text.decode("{" + ",".join(f'"k{place}":1' for place in range(600)) + "}")
    assert len(wide.keys) == 500
    assert "k599" in wide.overflow


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("text", ["", "plain words only", "[1]", "CEF:0|a|b", "LEEF:1.0|a"])
def test_what_has_no_keys_is_a_parse_error(name: str, text: str) -> None:
    with pytest.raises(ParseError):
        CODECS[name](text)


_PIECES = [
    "a=",
    '"',
    "\\",
    "|",
    "CEF:0|",
    "LEEF:2.0|",
    " ",
    "x",
    "=",
    ",",
    "\t",
    "^",
    "{",
    "}",
    ":",
    "[",
    "1",
    "Label=",
]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60) | st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_any_text_gives_keys_or_a_parse_error(text: str) -> None:
    for decode in CODECS.values():
        try:
            decoded = decode(text)
        except ParseError:
            continue
        assert isinstance(decoded.keys, dict)


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("unit", ["a", '"', "\\", "=", 'a="', "a=\\", "CEF:0|", "|", "a=1 ", "{", '{"a":', "é=", " \\"])
def test_64_kb_of_hostile_text_is_read_in_linear_time(name: str, unit: str) -> None:
    text = {"cef": "CEF:0|1|2|3|4|5|6|", "leef": "LEEF:2.0|1|2|3|4|"}.get(name, "") + unit * (65_536 // len(unit))
    start = process_time()
    with contextlib.suppress(ParseError):
        CODECS[name](text)
    assert process_time() - start < 0.5
