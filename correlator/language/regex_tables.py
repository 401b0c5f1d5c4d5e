r"""What PCRE2 has and RE2 spells otherwise or lacks (pcre2pattern(3), github.com/google/re2/wiki/Syntax)."""

from __future__ import annotations

END = r"(?:\n?\z)"  # the end, or the place before one final line feed
CLASSES = {
    "s": r"\t-\r ",
    "h": r"\t \x{a0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}",
    "v": r"\n-\r\x{85}\x{2028}\x{2029}",
}
COMPLEMENTS = {
    "S": r"\x00-\x08\x0e-\x1f!-\x{10ffff}",
    "H": r"\x00-\x08\n-\x1f!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{180d}\x{180f}-\x{1fff}\x{200b}-\x{202e}"
    r"\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff}",
    "V": r"\x00-\t\x0e-\x{84}\x{86}-\x{2027}\x{202a}-\x{10ffff}",
}
WHOLE = {
    "R": r"(?:\r\n|[\n-\r\x{85}\x{2028}\x{2029}])",
    "N": r"[^\n]",
    "e": r"\x1b",
    "Z": END,
    "A": r"\A",
    "z": r"\z",
    "b": r"\b",
    "B": r"\B",
}
EMPTY = frozenset("ZAzbB")
REFUSED = {
    "regex-lookaround": "look-ahead and look-behind",
    "regex-atomic": "atomic groups",
    "regex-possessive": "possessive quantifiers",
    "regex-backreference": "back-references",
    "regex-recursion": "recursion and subroutines",
    "regex-conditional": "conditional groups",
    "regex-verb": "backtracking verbs",
    "regex-keep-out": "`\\K`",
    "regex-last-match": "`\\G`",
    "regex-single-byte": "`\\C`",
    "regex-grapheme": "`\\X`",
    "regex-extended": "the flags x, n and J",
    "regex-repetition": "repetition over 1,000",
    "regex-text-after-end": "a character that must follow `$`",
}
"""Constructs that make a rule unsupported, and what they are."""
REFUSED_ESCAPES = {
    "K": "regex-keep-out",
    "G": "regex-last-match",
    "C": "regex-single-byte",
    "X": "regex-grapheme",
    "k": "regex-backreference",
    "g": "regex-backreference",
}
REFUSED_GROUPS = (
    ("(?=", "regex-lookaround"),
    ("(?!", "regex-lookaround"),
    ("(?<=", "regex-lookaround"),
    ("(?<!", "regex-lookaround"),
    ("(?>", "regex-atomic"),
    ("(?P=", "regex-backreference"),
    ("(?P>", "regex-recursion"),
    ("(?R", "regex-recursion"),
    ("(?&", "regex-recursion"),
    ("(?(", "regex-conditional"),
    ("(*", "regex-verb"),
)
