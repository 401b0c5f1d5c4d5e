"""From characters to words: quotes, backslashes and wildcards of the query language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from soc.query.ast import plain_pattern
from soc.query.fields import NAME

_PLAIN = re.compile(r'[^\s()"\\*?\]]+')
_SPACE = re.compile(r"\s+")
_KEYWORD = re.compile(r'(and|or|not|to)(?=[\s()"\]]|$)', re.IGNORECASE)
_COMPARE = re.compile(r"\s*(>=|<=|!=|>|<)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)/", re.DOTALL)
_QUOTED_ESCAPE = re.compile(r'\\([\\"])')


@dataclass(frozen=True, slots=True)
class Word:
    """One value as it stands. `pattern`: as `Wildcard` wants it; `wild`: how many `*` and `?` mean something."""

    start: int
    end: int
    text: str
    pattern: str
    wild: int = 0
    quoted: bool = False

    @property
    def length(self) -> int:
        return self.end - self.start


class Scanner:
    """A place in the text, and what can be read from it. Every reader answers None without moving when it fails."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def skip_space(self) -> None:
        if found := _SPACE.match(self.text, self.at):
            self.at = found.end()

    def done(self) -> bool:
        self.skip_space()
        return self.at >= len(self.text)

    def next_is(self, chars: str) -> bool:
        return self.at < len(self.text) and self.text[self.at] in chars

    def take(self, char: str) -> bool:
        """Moves past the character when it is next."""
        if not self.text.startswith(char, self.at):
            return False
        self.at += len(char)
        return True

    def keyword(self) -> str | None:
        """The keyword that is next, in lower case."""
        found = _KEYWORD.match(self.text, self.at)
        return found[1].lower() if found else None

    def take_keyword(self, word: str) -> bool:
        self.skip_space()
        if self.keyword() != word:
            return False
        self.at += len(word)
        return True

    def field(self) -> tuple[str, str] | None:
        """A name and the `:` or comparison after it."""
        name = NAME.match(self.text, self.at)
        if name is None:
            return None
        if self.text.startswith(":", name.end()):
            self.at = name.end() + 1
            return name[0], self._compare() or ":"
        if found := _COMPARE.match(self.text, name.end()):
            self.at = found.end()
            return name[0], found[1]
        return None

    def quoted(self) -> Word | None:
        """Between quotes nothing is wild; a backslash before a quote or a backslash goes away."""
        found = _QUOTED.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        text = _QUOTED_ESCAPE.sub(r"\1", found[1])
        return Word(found.start(), found.end(), text, plain_pattern(text), quoted=True)

    def regex(self) -> Word | None:
        """Between slashes; a slash inside wears a backslash."""
        found = _REGEX.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        text = found[1].replace("\\/", "/")
        return Word(found.start(), found.end(), text, text, quoted=True)

    def bare(self, *, in_range: bool = False) -> Word | None:
        """Up to a space, bracket or quote. A backslash before a letter or digit stays itself, and with it the
        value is a Windows path: there `\\*` is a separator and a wildcard, which no file name can hold."""
        start, path = self.at, False
        parts: list[tuple[str, bool]] = []
        while self.at < len(self.text):
            if plain := _PLAIN.match(self.text, self.at):
                parts.append((plain[0], False))
                self.at = plain.end()
                continue
            char = self.text[self.at]
            if char == "\\":
                piece, path = self._escape(path)
                parts.append((piece, False))
            elif char in "*?" or (char == "]" and not in_range):
                parts.append((char, char != "]"))
                self.at += 1
            else:
                break
        if not parts:
            return None
        text = "".join(part for part, _ in parts)
        pattern = "".join(part if wild else plain_pattern(part) for part, wild in parts)
        return Word(start, self.at, text, pattern, sum(wild for _, wild in parts))

    def _escape(self, path: bool) -> tuple[str, bool]:  # noqa: FBT001 - a state, not an option
        following = self.text[self.at + 1 : self.at + 2]
        stays = following == "" or following.isalnum() or following == "_"
        if stays or (path and following in "*?"):
            self.at += 1
            return "\\", path or following.isalnum()
        self.at += 2
        return following, path

    def _compare(self) -> str | None:
        found = _COMPARE.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[1]
