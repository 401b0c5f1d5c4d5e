"""Text to tree: recursive descent over the grammar of pipeline-and-stores.md 10.

query = or;  or = and {"or" and};  and = not {["and"] not};  not = ["not" | "-"] atom
atom  = "(" query ")" | field ":" values | field cmp value | text
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from soc.errors import QueryFault, QuerySyntaxError
from soc.query import typed
from soc.query.ast import And, Exists, Node, Not, Or, Text, Wildcard, pattern_parts
from soc.query.fields import TEXT_FIELDS, names_of
from soc.query.scan import Scanner, Word
from soc.query.wording import sentence

CHARACTERS = 4_096
NODES = 256
DEPTH = 32


class _FormError(Exception):
    """The text cannot be read on from here."""

    def __init__(self, fault: QueryFault) -> None:
        super().__init__(fault.message_id)
        self.fault = fault


def parse(text: str, *, now: datetime) -> Node | None:
    """The tree, None for an empty query. `now` is what `now` means. Raises QuerySyntaxError with every fault."""
    faults = typed.Faults(now)
    node: Node | None = None
    try:
        node = _Parser(text, faults).whole()
    except _FormError as error:
        faults.found.append(error.fault)
    if faults.found:
        ordered = sorted(set(faults.found))
        code = _code_of(ordered[0].message_id)
        raise QuerySyntaxError(ordered, "; ".join(sentence(fault, "en") for fault in ordered), code=code)
    return node


class _Parser:
    def __init__(self, text: str, faults: typed.Faults) -> None:
        self._scan = Scanner(text)
        self._faults = faults
        self._nodes = 0
        self._depth = 0

    def whole(self) -> Node | None:
        if len(self._scan.text) > CHARACTERS:
            raise self._fault("too_long", CHARACTERS, len(self._scan.text) - CHARACTERS, (str(CHARACTERS),))
        if self._scan.done():
            return None
        node = self._either()
        if not self._scan.done():
            raise self._fault("unexpected", self._scan.at, 1, ("and", "or"))
        return node

    def _either(self) -> Node:
        return self._series(self._all, lambda: self._scan.take_keyword("or"), Or)

    def _all(self) -> Node:
        return self._series(self._one, self._another, And)

    def _another(self) -> bool:
        """Whether one more part of an `and` follows; two atoms side by side mean `and`."""
        if self._scan.take_keyword("and"):
            return True
        return not self._scan.done() and not self._scan.next_is(")") and self._scan.keyword() not in ("or", "to")

    def _series(self, part: Callable[[], Node], another: Callable[[], bool], join: type[And | Or]) -> Node:
        parts = [part()]
        while another():
            parts.append(part())
        return parts[0] if len(parts) == 1 else self._counted(join(tuple(parts)))

    def _one(self) -> Node:
        self._scan.skip_space()
        if self._scan.take_keyword("not") or self._minus():
            return self._counted(Not(self._deeper(self._one)))
        return self._atom()

    def _minus(self) -> bool:
        following = self._scan.text[self._scan.at + 1 : self._scan.at + 2]
        return following != "" and not following.isspace() and self._scan.take("-")

    def _atom(self) -> Node:
        scan = self._scan
        start = scan.at
        if scan.take("("):
            node = self._deeper(self._either)
            scan.skip_space()
            if not scan.take(")"):
                raise self._fault("unclosed", start, 1, (")",))
            return node
        if scan.keyword() is None and (found := scan.field()) is not None:
            return self._field(start, *found)
        word = self._quoted() or (scan.bare() if scan.keyword() is None else None)
        if word is None:
            raise self._fault("term_missing", scan.at, 1, ("field:value", "text", "("))
        return self._text(word)

    def _field(self, start: int, name: str, operator: str) -> Node:
        if not names_of(name):
            self._faults.name(start, name)
        scan = self._scan
        if operator == "!=":
            return self._counted(Not(self._leaf(typed.equal(name, self._value(), self._faults))))
        if operator != ":":
            return self._leaf(typed.compared(name, operator, self._value(), self._faults))
        if scan.take("("):
            return self._list(scan.at - 1, name)
        if scan.take("["):
            return self._range(scan.at - 1, name)
        return self._leaf(self._matched(name))

    def _matched(self, name: str) -> Node:
        """One value, or a regex."""
        if self._scan.next_is("/"):
            word = self._scan.regex()
            if word is None:
                raise self._fault("unclosed", self._scan.at, 1, ("/",))
            return typed.regex(name, word, self._faults)
        return typed.equal(name, self._value(), self._faults)

    def _list(self, start: int, name: str) -> Node:
        scan = self._scan
        parts: list[Node] = []
        while not scan.done() and not scan.next_is(")"):
            if parts:
                scan.take_keyword("or")
            scan.skip_space()
            parts.append(self._leaf(self._matched(name)))
        if not scan.take(")"):
            raise self._fault("unclosed", start, 1, (")",))
        if not parts:
            raise self._fault("value_missing", scan.at - 1, 1)
        return parts[0] if len(parts) == 1 else self._counted(Or(tuple(parts)))

    def _range(self, start: int, name: str) -> Node:
        scan = self._scan
        low = self._value(in_range=True)
        if not scan.take_keyword("to"):
            raise self._fault("to_missing", scan.at, 1, ("to",))
        high = self._value(in_range=True)
        scan.skip_space()
        if not scan.take("]"):
            raise self._fault("unclosed", start, 1, ("]",))
        return self._leaf(typed.between(name, low, high, self._faults))

    def _value(self, *, in_range: bool = False) -> Word:
        self._scan.skip_space()
        # `[ to 80]`: the value is missing, not the word.
        no_value = in_range and self._scan.keyword() == "to"
        word = None if no_value else self._quoted() or self._scan.bare(in_range=in_range)
        if word is None:
            raise self._fault("value_missing", self._scan.at, 1)
        return word

    def _quoted(self) -> Word | None:
        if not self._scan.next_is('"'):
            return None
        word = self._scan.quoted()
        if word is None:
            raise self._fault("unclosed", self._scan.at, 1, ('"',))
        return word

    def _text(self, word: Word) -> Node:
        if not word.wild:
            return self._counted(Text(word.text))
        if word.text == "*":
            return self._counted(Exists("@timestamp"))
        parts = pattern_parts(word.pattern)
        around = "*" * (parts[0] != "*"), "*" * (parts[-1] != "*")
        whole = replace(word, pattern=word.pattern.join(around), wild=word.wild + len("".join(around)))
        pattern = typed.checked_wildcards(whole, self._faults).pattern
        return self._leaf(Or(tuple(Wildcard(name, pattern) for name in TEXT_FIELDS)))

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEPTH:
            raise self._fault("too_deep", self._scan.at, 1, (str(DEPTH),))
        node = read()
        self._depth -= 1
        return node

    def _leaf(self, node: Node) -> Node:
        """A node of one value; a short name makes several."""
        return self._counted(node, len(node.parts) + 1 if isinstance(node, Or) else 1)

    def _counted(self, node: Node, new: int = 1) -> Node:
        self._nodes += new
        if self._nodes > NODES:
            raise self._fault("too_many_nodes", self._scan.at, 1, (str(NODES),))
        return node

    def _fault(self, message_id: str, at: int, length: int, expected: tuple[str, ...] = ()) -> _FormError:
        found = self._scan.text[at : at + 20]
        return _FormError(QueryFault(at, max(length, 1), message_id, expected, found))


def _code_of(message_id: str) -> str:
    return {"unknown_field": "SOC-1401", "bad_value": "SOC-1402"}.get(message_id, "SOC-1400")
