from __future__ import annotations

import pytest

from correlator.language import regex
from correlator.language.regex import finder, rewritten
from correlator.language.regex_dialect import RegexError, UnsupportedRegexError, quote

FOUND = [
    ("a$", "a\n", True),
    ("a$", "a\n\n", False),
    ("a\\Z", "a\n", True),
    ("a\\z", "a\n", False),
    ("(?m)^b$", "a\nb\nc", True),
    ("(?m:^b$)", "a\nb\nc", True),
    ("(?:x|$)", "", True),
    ("(?i)ABC", "xabcx", True),
    ("a(?i:B)c", "abc", True),
    ("\\s", "\v", True),
    ("[\\s]", "\v", True),
    ("[^\\S]", "\v", True),
    ("[^\\S]", "a", False),
    ("\\S", "\v", False),
    ("\\h", "\u00a0", True),
    ("\\H", "\t", False),
    ("\\v", "\u2028", True),
    ("\\V", "\n", False),
    ("a\\Rb", "a\r\nb", True),
    ("a\\Nb", "a\nb", False),
    ("\\e", "\x1b", True),
    ("[\\b]", "\b", True),
    ("[\\e]", "\x1b", True),
    ("\\bfoo\\B", "food", True),
    ("\\w", "đ", False),
    ("[[:alpha:]]+", "12a", True),
    ("[[:^digit:]]", "7", False),
    ("[]a]", "]", True),
    ("[^]a]", "]", False),
    ("[a[b]", "[", True),
    ("[a\\]]", "]", True),
    ("\\Qa.b\\E+", "a.bb", True),
    ("\\Qa.b", "axb", False),
    ("a{2}", "aa", True),
    ("a{,2}b", "a{,2}b", True),
    ("a{b", "a{b", True),
    ("a{2,}?b", "aaab", True),
    ("a+?b*?c??", "a", True),
    ("(?#note)a", "a", True),
    ("(?<n>a)(?P<m>b)(?'o'c)", "abc", True),
    ("(?|a|b)", "b", True),
    ("(?s).", "\n", True),
    (".", "\n", False),
    ("\\x41\\x{42}\\103", "ABC", True),
    ("\\pL\\p{Lu}", "aB", True),
    ("(?-m:a$)", "a\nb", False),
]


@pytest.mark.parametrize("pattern, text, verdict", FOUND)
def test_a_pattern_means_what_pcre_says(pattern: str, text: str, verdict: bool) -> None:
    if "\\1" in pattern:
        pattern = pattern.replace("\\103", "C")
    assert finder(rewritten(pattern))(text) is verdict


REFUSED = [
    ("(?=a)", "regex-lookaround"),
    ("(?!a)", "regex-lookaround"),
    ("(?<=a)b", "regex-lookaround"),
    ("(?<!a)b", "regex-lookaround"),
    ("(?>a)", "regex-atomic"),
    ("a++", "regex-possessive"),
    ("a{1,2}+", "regex-possessive"),
    ("(a)\\1", "regex-backreference"),
    ("(?<n>a)\\k<n>", "regex-backreference"),
    ("(a)\\g1", "regex-backreference"),
    ("(?P<n>a)(?P=n)", "regex-backreference"),
    ("(?R)", "regex-recursion"),
    ("(a)(?1)", "regex-recursion"),
    ("(a)(?-1)", "regex-recursion"),
    ("(?&n)", "regex-recursion"),
    ("(?(1)a|b)", "regex-conditional"),
    ("(*UTF8)a", "regex-verb"),
    ("a\\Kb", "regex-keep-out"),
    ("\\Ga", "regex-last-match"),
    ("\\C", "regex-single-byte"),
    ("\\X", "regex-grapheme"),
    ("(?x)a b", "regex-extended"),
    ("(?x:a b)", "regex-extended"),
    ("a{1001}", "regex-repetition"),
    ("(a{100}){100}", "regex-repetition"),
    ("a$b", "regex-text-after-end"),
    ("(?:a$)b", "regex-text-after-end"),
    ("a\\Zb+", "regex-text-after-end"),
]


@pytest.mark.parametrize("pattern, construct", REFUSED)
def test_what_no_linear_engine_can_do_is_named(pattern: str, construct: str) -> None:
    with pytest.raises(UnsupportedRegexError, match=construct):
        rewritten(pattern)


WRONG = [
    ("a[bc", 1),
    ("(ab", 0),
    ("ab)", 2),
    ("*a", 0),
    ("a|+", 2),
    ("ab\\", 2),
    ("(?<n", 0),
    ("(?#x", 0),
    ("(?q:a)", 0),
    ("[z-a]", 0),
    ("(" * 101 + ")" * 101, 100),
]


@pytest.mark.parametrize("pattern, position", WRONG)
def test_a_wrong_pattern_is_a_fault_at_its_column(pattern: str, position: int) -> None:
    with pytest.raises(RegexError) as caught:
        rewritten(pattern)
    assert caught.value.position == position


def test_a_pattern_is_bounded_in_length_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RegexError, match="longer than 8 KiB"):
        rewritten("a" * 8_193)
    monkeypatch.setattr(regex, "MAX_MEMORY", 20_000)
    with pytest.raises(RegexError, match="memory"):
        rewritten("[a-zđ]{900}unique")


def test_an_optional_part_may_follow_the_end() -> None:
    assert finder(rewritten("a$\\s*"))("a\n")


def test_text_that_is_no_utf_8_is_searched_all_the_same() -> None:
    assert finder(rewritten("b"))("a\ud800b")


def test_a_quoted_text_is_found_as_it_is() -> None:
    text = "a.b*c[d]\\e-đ_1"
    assert finder(quote(text))(text)
