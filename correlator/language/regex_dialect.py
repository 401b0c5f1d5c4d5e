r"""PCRE2 -> RE2: what the two spell or mean differently (pcre2pattern(3), github.com/google/re2/wiki/Syntax).

`$` and `\Z` (a final line feed), `\s` (vertical tab), `\h \v \R \N \e`, some groups. The rest is handed on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from correlator.language.regex_tables import (
    CLASSES,
    COMPLEMENTS,
    EMPTY,
    END,
    REFUSED_ESCAPES,
    REFUSED_GROUPS,
    WHOLE,
)

MAX_REPEAT = 1_000
MAX_DEPTH = 100


class RegexError(Exception):
    """The pattern is wrong at that position (from 0)."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class UnsupportedRegexError(Exception):
    """Legal in PCRE, impossible or forbidden here; `construct` names it."""

    def __init__(self, construct: str, position: int = 0) -> None:
        super().__init__(construct)
        self.construct = construct
        self.position = position


@dataclass(frozen=True, slots=True)
class Piece:
    """Rewritten text, the fewest characters it consumes, whether a rewritten `$` stands in it, and whether no way
    through it avoids that `$`."""

    text: str
    least: int = 0
    ends: bool = False
    always: bool = False


class Reader:
    """Reads by the grammar: alternatives of sequences of repeated atoms."""

    def __init__(self, pattern: str, *, multiline: bool) -> None:
        self.pattern = pattern
        self.at = 0
        self.multiline = multiline
        self.depth = 0

    def read(self) -> Piece:
        piece = self._alternatives()
        if self.at < len(self.pattern):
            raise RegexError("a closing bracket without its opening one", self.at)
        return piece

    def _alternatives(self) -> Piece:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        text = "|".join(branch.text for branch in branches)
        ends, always = (kind([branch.ends for branch in branches]) for kind in (any, all))
        return Piece(text, min(branch.least for branch in branches), ends, ends and always)

    def _sequence(self) -> Piece:
        pieces: list[Piece] = []
        ended_at: int | None = None
        always = False
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            start = self.at
            piece = self._repeated()
            # Where another branch goes on, only text that could be the final line feed itself is in doubt.
            if ended_at is not None and piece.least and (always or not _is_plain(piece.text)):
                raise UnsupportedRegexError("regex-text-after-end", ended_at)
            if piece.ends:
                ended_at = start if ended_at is None else ended_at
                always = always or piece.always
            pieces.append(piece)
        text = "".join(piece.text for piece in pieces)
        return Piece(text, sum(piece.least for piece in pieces), ended_at is not None, always)

    def _repeated(self) -> Piece:
        atom = self._atom()
        repeats = self._quantifier()
        if repeats is None:
            return atom
        text, least = repeats
        return replace(atom, text=atom.text + text, least=atom.least * least, always=atom.always and least > 0)

    def _quantifier(self) -> tuple[str, int] | None:
        """The text of a quantifier and its lower bound."""
        start = self.at
        least = 0
        if self.pattern[self.at : self.at + 1] in ("*", "+", "?"):
            least = int(self.pattern[self.at] == "+")
            self.at += 1
        else:
            bounds = self._bounds()
            if bounds is None:
                return None
            least = bounds
        if self.pattern[self.at : self.at + 1] == "+":
            raise UnsupportedRegexError("regex-possessive", start)
        self._take("?")
        return self.pattern[start : self.at], least

    def _bounds(self) -> int | None:
        """`{2}`, `{2,}`, `{2,5}`; anything else in braces is plain text."""
        end = self.pattern.find("}", self.at)
        if self.pattern[self.at : self.at + 1] != "{" or end < 0:
            return None
        low, _, high = self.pattern[self.at + 1 : end].partition(",")
        if not (low.isascii() and low.isdigit()) or (high and not (high.isascii() and high.isdigit())):
            return None
        if max(int(low), int(high or 0)) > MAX_REPEAT:
            raise UnsupportedRegexError("regex-repetition", self.at)
        if high and int(high) < int(low):
            raise RegexError("the numbers in the braces are out of order", self.at)
        self.at = end + 1
        return int(low)

    def _atom(self) -> Piece:
        char = self.pattern[self.at]
        if char == "(":
            return self._group()
        if char == "[":
            return self._set()
        if char == "\\":
            return self._escape()
        self.at += 1
        if char == "$":
            return Piece("$") if self.multiline else Piece(END, ends=True, always=True)
        if char == "^":
            return Piece(char)
        if char in "*+?":
            raise RegexError(f"'{char}' has nothing to repeat", self.at - 1)
        return Piece(char, 1)

    def _group(self) -> Piece:
        start = self.at
        self._refuse_group()
        opening = self._opening()
        if opening is None:  # a comment, or flags for what follows
            return Piece(self._aside(start))
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RegexError("brackets are nested too deep", start)
        outer = self.multiline
        self.multiline = self._flags(opening, outer)
        inside = self._alternatives()
        self.multiline = outer
        self.depth -= 1
        if not self._take(")"):
            raise RegexError("this bracket is never closed", start)
        return replace(inside, text=f"{opening}{inside.text})")

    def _refuse_group(self) -> None:
        rest = self.pattern[self.at : self.at + 4]
        for opening, construct in REFUSED_GROUPS:
            if rest.startswith(opening):
                raise UnsupportedRegexError(construct, self.at)
        if rest.startswith("(?") and (rest[2:3].isdigit() or (rest[2:3] in "+-" and rest[3:4].isdigit())):
            raise UnsupportedRegexError("regex-recursion", self.at)

    def _opening(self) -> str | None:
        """The opening of a group in RE2's spelling, read past; None where the bracket holds no sub-expression."""
        rest = self.pattern[self.at :]
        if not rest.startswith("(?"):
            self.at += 1
            return "("
        for start, end in (("(?P<", ">"), ("(?<", ">"), ("(?'", "'")):
            if rest.startswith(start):
                name, found, _ = rest[len(start) :].partition(end)
                if not found:
                    raise RegexError("the group's name is never closed", self.at)
                self.at += len(start) + len(name) + 1
                return f"(?P<{name}>"
        if rest.startswith("(?|"):
            self.at += 3
            return "(?:"
        head = rest.partition(":")[0]
        if ":" in rest and all(char in "imsUJnx-^" for char in head[2:]):
            self.at += len(head) + 1
            return self._checked(head) + ":"
        return None

    def _aside(self, start: int) -> str:
        end = self.pattern.find(")", start)
        if end < 0:
            raise RegexError("this bracket is never closed", start)
        self.at = end + 1
        text = self.pattern[start:end]
        if text.startswith("(?#"):
            return ""
        self.multiline = self._flags(self._checked(text), self.multiline)
        return text + ")"

    def _checked(self, flags: str) -> str:
        if "x" in flags or "n" in flags or "J" in flags or "^" in flags:
            raise UnsupportedRegexError("regex-extended", self.at)
        return flags

    @staticmethod
    def _flags(opening: str, multiline: bool) -> bool:  # noqa: FBT001 - the state before
        if not opening.startswith("(?") or opening.startswith("(?P<"):
            return multiline
        on, _, off = opening.rstrip(":")[2:].partition("-")
        return ("m" in on or multiline) and "m" not in off

    def _escape(self) -> Piece:
        char = self.pattern[self.at + 1 : self.at + 2]
        if not char:
            raise RegexError("the expression ends in a single backslash", self.at)
        if char == "Q":
            return self._quoted()
        if self.pattern.startswith("{U+", self.at + 2) and char == "N":
            return self._code_point()
        construct = REFUSED_ESCAPES.get(char)
        if construct is None and char in "123456789":
            construct = "regex-backreference"
        if construct is not None:
            raise UnsupportedRegexError(construct, self.at)
        if char in WHOLE:
            self.at += 2
            return Piece(WHOLE[char], 0 if char in EMPTY else 1, char == "Z", char == "Z")
        if char in CLASSES or char in COMPLEMENTS:
            self.at += 2
            return Piece(f"[{CLASSES.get(char) or COMPLEMENTS[char]}]", 1)
        return Piece(self._plain_escape(), 1)

    def _code_point(self) -> Piece:
        digits, found, _ = self.pattern[self.at + 5 :].partition("}")
        if not found or not digits or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            raise RegexError("\\N{U+...} needs a code point in hexadecimal", self.at)
        self.at += 6 + len(digits)
        return Piece(f"\\x{{{digits}}}", 1)

    def _plain_escape(self) -> str:
        """An escape that RE2 reads itself: \\d, \\x41, \\x{41}, \\pL, \\p{Greek}, \\. and the like."""
        start = self.at
        self.at += 2
        if not self.pattern[start + 1].isascii():
            return self.pattern[start + 1]
        if self.pattern[start + 1] in "xpP" and self.pattern[self.at : self.at + 1] == "{":
            end = self.pattern.find("}", self.at)
            self.at = end + 1 if end > 0 else len(self.pattern)
        elif self.pattern[start + 1] == "x":
            self.at += 2
        elif self.pattern[start + 1] in "pP":
            self.at += 1
        return self.pattern[start : self.at]

    def _quoted(self) -> Piece:
        end = self.pattern.find("\\E", self.at + 2)
        text = self.pattern[self.at + 2 : end if end >= 0 else len(self.pattern)]
        self.at = end + 2 if end >= 0 else len(self.pattern)
        quoted = quote(text)
        # A quantifier after \Q...\E belongs to its last character only.
        return Piece(quoted, len(text))

    def _set(self) -> Piece:
        """A character class, with the classes that RE2 reads differently spelled out."""
        start = self.at
        self.at += 1
        out = ["["]
        if self._take("^"):
            out.append("^")
        first = True
        while first or self.pattern[self.at : self.at + 1] != "]":
            if self.at >= len(self.pattern):
                raise RegexError("this character class is never closed", start)
            out.append(self._member())
            first = False
        self.at += 1
        return Piece("".join(out) + "]", 1)

    def _member(self) -> str:
        char = self.pattern[self.at]
        if char == "[" and self.pattern[self.at + 1 : self.at + 2] == ":":
            end = self.pattern.find(":]", self.at)
            if end > 0:
                text = self.pattern[self.at : end + 2]
                self.at = end + 2
                return text
        kind = self.pattern[self.at + 1 : self.at + 2]
        if char == "[" and kind in (".", "=") and self.pattern.find(f"{kind}]", self.at + 2) > 0:
            raise RegexError("collating elements of POSIX are not known here", self.at)
        if char != "\\":
            self.at += 1
            return f"\\{char}" if char in "[]" else char
        name = self.pattern[self.at + 1 : self.at + 2]
        special = {"b": r"\x08", "e": r"\x1b"}.get(name) or CLASSES.get(name) or COMPLEMENTS.get(name)
        if special:
            self.at += 2
            return special
        return self._plain_escape()

    def _take(self, char: str) -> bool:
        if self.pattern[self.at : self.at + 1] != char:
            return False
        self.at += 1
        return True


def _is_plain(text: str) -> bool:
    """Whether the text begins with a character that is no line feed for certain."""
    return text[:1].isalnum() or (text[:1] == "\\" and not text[1:2].isalpha()) or text[:2] in ("\\d", "\\w")


def quote(text: str) -> str:
    """The text as a literal inside an expression."""
    return "".join(char if char.isalnum() or char == "_" or ord(char) > 127 else f"\\{char}" for char in text)
