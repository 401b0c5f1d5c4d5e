"""A mapping file is checked whole: every fault at once, with its line and the nearest right word."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.mapping.compile import compile_mapping
from collectors.mapping.mapping import MappingParser
from collectors.mapping.samples import CONTEXT
from collectors.parser import Parsed
from soc.codes import explanations
from soc.errors import MappingError, ParseError

HEAD = """mapping: 1
name: example
version: 3
root: kv
observer: {vendor: Example, type: firewall}
codec: {kind: kv}
"""


def compiled(text: str, head: str = HEAD) -> MappingParser:
    return compile_mapping(head + text, "example.yml")


def read(text: str, line: str, head: str = HEAD) -> Parsed:
    return compiled(text, head).read(line, CONTEXT)


def faults(text: str, head: str = HEAD) -> list[str]:
    with pytest.raises(MappingError) as refused:
        compiled(text, head)
    for fault in refused.value.faults:
        assert fault.code in explanations()
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "text, words",
    [
        ("colour: red", "example.yml:7: SOC-1220: unknown word in a mapping 'colour'"),
        ("fields: {a: {to: sorce.ip, as: ip}}", "SOC-1222: ECS has no field 'sorce.ip' - did you mean source.ip"),
        ("fields: {a: {to: zzz.qqq}}", "SOC-1222: ECS has no field 'zzz.qqq'"),
        ("fields: {a: {to: source.port}}", "SOC-1223: `as: text` cannot fill source.port, which holds integer"),
        ("fields: {a: {to: dns.answers}}", "cannot fill dns.answers, which holds a list of object"),
        ("fields: {a: {to: source.ip, as: ipp}}", "unknown conversion (as) 'ipp' - did you mean 'ip'?"),
        ("fields: {a: {as: ip}}", "a field needs `to: ECS field`"),
        ("fields: {a: {to: event.duration, as: nanoseconds, unit: x}}", "unknown unit 'x' - use one of"),
        ("fields: {a: {to: event.outcome, values: {a: good}}}", "event.outcome never holds good"),
        ("fields: {a: {to: user.nam, as: identity}}", "ECS has no field 'user.nam.name'"),
        ("fields: {a: {to: user.name, replace: yes}}", "must be true or false"),
        ("fields: [a]", "must be a map (key: value)"),
        ("cases: {a: b}", "must be a list"),
        ("cases: [{category: [network], type: [user]}]", "SOC-1224: type user is not legal with category network"),
        ("cases: [{category: [netwrk]}]", "unknown category 'netwrk' - did you mean 'network'?"),
        ("cases: [{type: [begin]}]", "unknown type 'begin'"),
        ("cases: [{kind: evnt}]", "unknown event.kind 'evnt' - did you mean 'event'?"),
        ("cases: [{outcome: good}]", "unknown event.outcome 'good'"),
        ("cases: [{outcome: {success: success}}]", "`outcome` by values needs `by: KEY`"),
        ("cases: [{set: {source.port: 1}}]", "`set` writes text, and source.port holds integer"),
        ("cases: [{by: action}]", "`by` needs `values:`"),
        ("cases: [{when: {type: a}}, {when: {type: a, b: c}}]", "SOC-1225: this case can never be reached"),
        ("cases: [{type: [info]}, {when: {type: a}}]", "SOC-1225"),
        ("cases: [{when: {type: a}, cases: [{when: {type: b}}]}]", "SOC-1225"),
        ("cases: [{when: {id: a}}]", "`id` needs the key that holds it"),
        ("cases: [{match: {key: a}}]", "`match` needs `key` and `pattern`"),
        ("cases: [{match: {key: a, pattern: '('}}]", "SOC-1226: pattern '(': no regular expression"),
        ("cases: [{match: {key: a, pattern: '(a+)+$'}}]", "a repeat inside a repeat"),
        ("cases: [{match: {key: a, pattern: '(?=a)b'}}]", "look-around"),
        ("cases: [{match: {key: a, pattern: 'a*b*c*d*e$'}}]", "SOC-1226"),
        ("cases: [{extract: [{key: a}]}]", "`extract` needs `key`, `pattern` and `to`"),
        ("cases: [{extract: [{key: a, pattern: '^b', to: {c: user.name}}]}]", "the pattern has no group 'c'"),
        ("ids: {a: {type: [info]}}", "`ids` needs the key that holds the id"),
        ("detect: [{literals: [a], weight: 60}, {literals: [b], weight: 50}]", "sum to more than 100"),
        ("detect: [{literals: [a]}]", "needs `weight"),
        ("detect: [{weight: 5}]", "needs `literals`, `any`, or `key`"),
        ("time: [{form: iso}]", "a time needs `key: NAME`"),
        ("time: [{key: a, form: rfc}]", "unknown form of time 'rfc'"),
        ("dataset: '{a}.{b}'", "`dataset` takes one key"),
        ("observer: {colour: red}", "'observer' stands twice"),
        ("extends: nothing", "no mapping 'nothing' to extend"),
        ("join: {by: [a]}", "unknown word in a mapping 'join'"),
        ("fields: &a {x: {to: user.name}}\nelse: {fields: *a}", "aliases and deep nesting"),
    ],
)
def test_a_fault_is_named(text: str, words: str) -> None:
    found = faults(text)
    assert any(words in fault for fault in found), found


@pytest.mark.parametrize(
    "head, words",
    [
        ("name: [", "SOC-1221"),
        ("- a", "a mapping file is a map"),
        ("", "a mapping file is a map"),
        ("mapping: 1\nname: x", "`version:` is missing"),
        (HEAD.replace("mapping: 1", "mapping: 2"), "format '2' - this program reads 1"),
        (HEAD.replace("example", "Big Name"), "use small letters"),
        (HEAD.replace("root: kv", "root: acme"), "unknown vendor root 'acme'"),
        (HEAD.replace("version: 3", "version: new"), "must be a whole number"),
        (HEAD.replace("kind: kv", "kind: kvv"), "unknown codec 'kvv'"),
        (HEAD.replace("{kind: kv}", "{separator: x}"), "`codec` needs `kind:`"),
        (HEAD.replace("{kind: kv}", "{kind: csv}"), "csv needs `columns:`"),
        (HEAD.replace("name: example", "name: [a]"), "must be one word or text"),
    ],
)
def test_a_bad_frame_is_named(head: str, words: str) -> None:
    assert any(words in fault for fault in faults("", head))


def test_all_faults_come_at_once_with_their_lines() -> None:
    found = faults("fields:\n  a: {to: sorce.ip}\n  b: {to: source.port}\ncases:\n  - {kind: evnt}\n")
    assert [fault.split(": ")[0] for fault in found] == ["example.yml:8", "example.yml:9", "example.yml:11"]


@pytest.mark.parametrize(
    "fields, line, expected",
    [
        ("a: {to: source.ip, as: ip}", "a=2001:DB8::1", {"source.ip": "2001:db8::1", "source.address": "2001:DB8::1"}),
        ("a: {to: source.ip, as: ip}", "a=PC-01.", {"source.domain": "pc-01", "source.address": "PC-01."}),
        ("a: {to: source.ip, as: ip, none: [0.0.0.0]}", "a=0.0.0.0", {}),
        ("a: {to: host.ip, as: ip}", 'a="192.0.2.1, 192.0.2.2"', {"host.ip": ["192.0.2.1", "192.0.2.2"]}),
        ("a: {to: source.port, as: port}", "a=443", {"source.port": 443}),
        ("a: {to: source.port, as: port}", "a=none", {}),
        ("a: {to: event.risk_score, as: float}", "a=1.5", {"event.risk_score": 1.5}),
        ("a: {to: process.interactive, as: bool}", "a=yes", {"process.interactive": True}),
        ("a: {to: process.interactive, as: bool}", "a=off", {"process.interactive": False}),
        ("a: {to: source.mac, as: mac}", "a=00:11:22:aa:bb:cc", {"source.mac": "00-11-22-AA-BB-CC"}),
        ("a: {to: url.domain, as: domain}", "a=WWW.Example.", {"url.domain": "www.example"}),
        ("a: {to: event.duration, as: nanoseconds, unit: ms}", "a=1.5", {"event.duration": 1_500_000}),
        ("a: {to: event.duration, as: nanoseconds, unit: s}", "a=2", {"event.duration": 2_000_000_000}),
        ("a: {to: file.size, as: bytes}", 'a="1.5 KiB"', {"file.size": 1_536}),
        ("a: {to: file.size, as: int}", "a=0x10", {"file.size": 16}),
        ("a: {to: event.end, as: time}", "a=2026-11-22T03:11:12Z", {"event.end": "2026-11-22T03:11:12.000000Z"}),
        ("a: {to: tags, as: list}", "a=x,y", {"tags": ["x", "y"]}),
        ("a: {to: network.transport, as: iana_transport}", "a=17", {"network.transport": "udp"}),
        ("a: {to: network.transport, as: iana_transport}", "a=TCP", {"network.transport": "tcp"}),
        ("a: {to: http.response.status_code, as: http_status}", "a=404", {"http.response.status_code": 404}),
        ("a: {to: user.name, as: upper}", "a=an", {"user.name": "AN"}),
        ("a: {to: message, as: hex}", "a=6869", {"message": "hi"}),
        ("a: {to: file.hash.sha256, as: hash}", "a=" + "A" * 32, {"file.hash.md5": "a" * 32}),
        ("a: {to: user, as: identity}", r"a=SO\an", {"user.name": "an", "user.domain": "SO"}),
        ("a: {to: user, as: identity}", "a=b@c.d", {"user.name": "b", "user.domain": "c.d", "user.email": "b@c.d"}),
        ("a: {to: user.name, also: {user.id: text}, values: {else: z}}", "a=q", {"user.name": "z", "user.id": "z"}),
        (
            "a: {to: file.path, as: path}",
            r"a=C:\tam\x.exe",
            {
                "file.path": r"C:\tam\x.exe",
                "file.name": "x.exe",
                "file.directory": r"C:\tam",
                "file.extension": "exe",
            },
        ),
        (
            "a: {to: url.original, as: url}",
            "a=https://u@ex.vn:8443/p/q?r=1#f",
            {
                "url.original": "https://u@ex.vn:8443/p/q?r=1#f",
                "url.scheme": "https",
                "url.domain": "ex.vn",
                "url.path": "/p/q",
                "url.query": "r=1",
            },
        ),
        ("a: {to: user.name}\n  b: {to: user.name}", "a=1 b=2", {"user.name": "1"}),
        ("a: {to: user.name}\n  b: {to: user.name, replace: true}", "a=1 b=2", {"user.name": "2"}),
        ("a: {to: user.name, values: {x|y: z, else: drop}}", "a=x", {"user.name": "z"}),
        ("a: {to: user.name, values: {x|y: z, else: drop}}", "a=q", {}),
        ("a: {to: user.name, values: {x: z}}", "a=q", {"user.name": "q"}),
        ("a: {to: user.name}", "a=x b=1 a=y", {"user.name": "x"}),
        ("a: {to: user.name}", "a=-", {}),
        ("a: {to: user.name}", "a=none", {"user.name": "none"}),
    ],
)  # fmt: skip
def test_conversions_fill_their_fields(fields: str, line: str, expected: dict[str, Any]) -> None:
    parsed = read(f"fields:\n  {fields}\n", f"{line} z=1")
    ours = ("kv.", "event.kind", "event.module", "event.dataset", "event.category", "event.type", "observer.")
    assert {name: value for name, value in parsed.event.items() if not name.startswith(ours)} == expected
    assert parsed.quality == []


@pytest.mark.parametrize(
    "fields, line",
    [
        ("a: {to: source.port, as: port}", "a=70000"),
        ("a: {to: source.nat.ip, as: ip}", "a=name"),
        ("a: {to: file.size, as: int}", "a=x"),
        ("a: {to: file.size, as: bytes}", 'a="3 parsecs"'),
        ("a: {to: event.risk_score, as: float}", "a=inf"),
        ("a: {to: process.interactive, as: bool}", "a=maybe"),
        ("a: {to: event.end, as: epoch}", "a=soon"),
        ("a: {to: file.hash.sha256, as: hash}", "a=xyz"),
        ("a: {to: host.ip, as: ip}", "a=name"),
        ("a: {to: message, as: hex}", "a=0xzz"),
        ("a: {to: http.response.status_code, as: http_status}", "a=7"),
        ("a: {to: network.transport, as: iana_transport}", "a=253"),
        ("a: {to: source.mac, as: mac}", "a=zz"),
    ],
)
def test_a_step_that_fails_says_so_and_takes_nothing_away(fields: str, line: str) -> None:
    parsed = read(f"fields:\n  {fields}\n", line)
    assert len(parsed.quality) == 1
    assert parsed.quality[0].startswith("step_failed:")
    assert "kv.a" in parsed.event


def test_json_values_keep_their_types() -> None:
    head = HEAD.replace("kind: kv", "kind: json, embedded: [inner]").replace("root: kv", "root: json")
    text = "fields: {a: {to: source.port, as: port}, b: {to: user.name}, c: {to: tags, as: list}, d: {to: user.id}}\n"
    parsed = read(text, '{"a": 443, "b": 7, "c": ["x"], "d": {"e": [1]}, "inner": "{\\"f\\": true}"}', head)
    assert parsed.event["source.port"] == 443
    assert parsed.event["user.name"] == "7"
    assert parsed.event["tags"] == ["x"]
    assert parsed.event["json.inner.f"] is True
    assert "user.id" not in parsed.event


CASES = """
id: logid
fields: {who: {to: user, as: identity}, src: {to: source.ip, as: ip}}
ids:
  "001|002": {category: [authentication], type: [start], action: login, pattern: '^from (?P<place>\\S++)$'}
cases:
  - when: {type: traffic}
    category: [network]
    by: action
    values:
      deny|drop: {type: [connection, denied], outcome: success}
      else: {type: [connection]}
  - when: {all: [{key_exists: [x, y]}, {not: {x: "0"}}], any: [{x: "1"}, {x: "2"}]}
    set: {rule.name: both, tags: [a, b]}
    outcome: {by: y, good|fine: success, else: unknown}
  - when: {key_prefix: {z: [ab, cd]}, key_contains: {z: e}}
    dataset: kv.z
    extract: [{key: z, pattern: '^(?P<start>..)(?P<port>\\d++)', to: {port: source.port}}]
  - match: {key: m, pattern: '^user (?P<name>\\S++)'}
    fields: {name: {to: user.target.name}}
else: {type: [error]}
"""


@pytest.mark.parametrize(
    "line, expected",
    [
        ("logid=002 message='x'", {"event.action": "login", "event.category": ["authentication"]}),
        ("type=traffic action=drop", {"event.type": ["connection", "denied"], "event.outcome": "success"}),
        ("type=traffic action=x", {"event.type": ["connection"]}),
        ("x=1 y=good", {"rule.name": "both", "tags": ["a", "b"], "event.outcome": "success"}),
        ("x=2 y=bad", {"event.outcome": "unknown"}),
        ("x=3 y=good", {"event.type": ["error"]}),
        ("x=0 y=good", {"event.type": ["error"]}),
        ("z=ab12e", {"event.dataset": "kv.z", "source.port": 12}),
        ('m="user an"', {"user.target.name": "an", "kv.name": "an"}),
        ("type=traffic who=an src=192.0.2.1", {"source.user.name": "an"}),
        ("who=an src=192.0.2.1", {"user.name": "an", "event.type": ["error"]}),
    ],
)
def test_cases_decide_by_the_first_that_fits(line: str, expected: dict[str, Any]) -> None:
    event = read(CASES, f"{line} q=1").event
    assert {name: event.get(name) for name in expected} == expected


def test_the_time_of_the_body_wins_over_the_header_and_takes_its_zone_from_a_key() -> None:
    text = "time: [{key: ts, form: epoch}, {keys: [date, time], form: '%Y-%m-%d %H:%M:%S', zone_key: tz}]\n"
    body = read(text, '<13>Nov 20 01:00:00 h date=2026-11-22 time=10:11:12 tz="+0700"')
    assert (str(body.at), body.time_status) == ("2026-11-22 03:11:12+00:00", "exact")
    assert read(text, "date=2026-11-22 time=10:11:12 tz=odd").time_status == "zone_assumed"
    head = read(text, "<13>Nov 20 01:00:00 h date=soon time=10:11:12")
    assert (str(head.at), head.time_status) == ("2026-11-19 18:00:00+00:00", "zone_assumed+year_assumed")
    none = read(text, "a=1")
    assert (none.at, none.time_status) == (None, "receive_time")


def test_envelopes() -> None:
    with pytest.raises(ParseError):
        read("envelope: syslog", "a=1")
    assert read("envelope: none", "Nov 22 10:11:12 h a=1").event.get("observer.name") is None
    named = read("", "<13>Nov 22 10:11:12 10.0.0.1 a=1").event
    assert (named["observer.name"], named["observer.ip"]) == ("10.0.0.1", ["10.0.0.1"])


def test_csv_columns_may_depend_on_another_column() -> None:
    codec = "{kind: csv, columns_by: {at: 1, sets: {TRAFFIC: [a, type, src], THREAT/4: [a, type, src, what]}}}"
    head = HEAD.replace("{kind: kv}", codec)
    assert read("", "1,TRAFFIC,192.0.2.1", head).event["kv.src"] == "192.0.2.1"
    assert read("", "1,THREAT,192.0.2.1,worm", head).event["kv.what"] == "worm"
    with pytest.raises(ParseError):
        read("", "1,OTHER,2", head)
    plain = HEAD.replace("{kind: kv}", "{kind: csv, columns: [a, b]}")
    parsed = read("", "1,2,3", plain)
    assert (parsed.event["kv._extra"], parsed.quality) == (["3"], ["columns_differ"])


def test_datasets_come_from_a_key_when_it_is_a_plain_word() -> None:
    text = "module: example\ndataset: 'example.{type}'\n"
    for line, dataset in (("type=App-Ctrl", "app_ctrl"), ("type='; drop'", "other"), ("a=1", "other")):
        assert read(text, f"{line} z=1").event["event.dataset"] == f"example.{dataset}"
    assert read(text, "a=1").event["event.module"] == "example"
    assert read("", "a=1").event["event.dataset"] == "kv.log"


def test_a_mapping_may_extend_another() -> None:
    base = HEAD + "fields: {a: {to: user.name}, b: {to: user.id}}\ncases: [{when: {t: x}, action: base}]\n"
    own = "mapping: 1\nname: own\nversion: 1\nextends: example\nfields: {b: {to: user.email}}\n"
    own += "cases: [{when: {t: y}, action: own}]\n"
    parser = compile_mapping(own, "own.yml", base=lambda name: {"example": base}[name])
    event = parser.read("a=1 b=2 t=x", CONTEXT).event
    assert (parser.name, event["user.name"], event["user.email"], event["event.action"]) == ("own", "1", "2", "base")
    assert parser.read("t=y z=1", CONTEXT).event["event.action"] == "own"


def test_detection_scores_add_up() -> None:
    text = "detect: [{literals: [a=, b=], weight: 50}, {any: [x, y], weight: 20}, {key: c, prefix: [F], weight: 30}]"
    score = compiled(text).plan.score
    assert [score(head) for head in ("a=1 b=2", "a=1 b=2 x", 'a=1 b=2 x c="F1"', "c=G", "a=1")] == [50, 70, 100, 0, 0]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60) | st.lists(st.sampled_from(list("a:[]{}-*&#'\n |>")), max_size=40).map("".join))
def test_any_text_is_a_mapping_or_a_mapping_error(text: str) -> None:
    for head in ("", HEAD):
        with suppress(MappingError):
            compile_mapping(head + text, "x.yml", measure=False)
