"""The faults of a query as sentences, in both languages, and drawn under the text."""

from __future__ import annotations

from soc.errors import QueryFault, QuerySyntaxError

# message id -> (English, Vietnamese); {found}: what stands there, {expected}: what would do
_SENTENCES: dict[str, tuple[str, str]] = {
    "unknown_field": ("no field is called '{found}'{near}", "không có trường '{found}'{near}"),
    "bad_value": (
        "'{found}' does not fit this field - write like {expected}",
        "'{found}' không hợp với trường này - viết như {expected}",
    ),
    "no_wildcard_here": (
        "this field takes no wildcard - write like {expected}",
        "trường này không dùng ký tự đại diện - viết như {expected}",
    ),
    "no_range_here": (
        "'{found}' has no order: ranges need a number, time or address",
        "'{found}' không có thứ tự: khoảng chỉ dùng cho số, thời gian hoặc địa chỉ",
    ),
    "no_regex_here": (
        "'{found}' is no text field of the field table - use wildcards",
        "'{found}' không phải trường văn bản trong bảng trường - dùng ký tự đại diện",
    ),
    "empty_range": (
        "the range ends ({expected}) before it begins ({found})",
        "khoảng kết thúc ({expected}) trước khi bắt đầu ({found})",
    ),
    "bad_regex": (
        "'{found}' is no regular expression of {expected}",
        "'{found}' không phải biểu thức chính quy {expected}",
    ),
    "regex_too_long": ("a regex has at most {expected} characters", "biểu thức chính quy có tối đa {expected} ký tự"),
    "too_many_wildcards": (
        "a value has at most {expected} wildcards",
        "một giá trị có tối đa {expected} ký tự đại diện",
    ),
    "too_long": ("a query has at most {expected} characters", "truy vấn có tối đa {expected} ký tự"),
    "too_many_nodes": ("a query has at most {expected} terms", "truy vấn có tối đa {expected} điều kiện"),
    "too_deep": ("brackets and 'not' nest at most {expected} deep", "ngoặc và 'not' lồng nhau tối đa {expected} lớp"),
    "unclosed": ("'{found}' is not closed - '{expected}' is missing", "'{found}' chưa đóng - thiếu '{expected}'"),
    "unexpected": (
        "'{found}' does not belong here - put it in quotes or write {expected}",
        "'{found}' không hợp lệ ở đây - đặt trong dấu nháy hoặc viết {expected}",
    ),
    "term_missing": ("a term is missing here: {expected}", "thiếu điều kiện ở đây: {expected}"),
    "value_missing": ("a value is missing here", "thiếu giá trị ở đây"),
    "to_missing": ("a range is written [a to b]", "khoảng được viết [a to b]"),
}
_NEAR = {"en": " - did you mean {}?", "vi": " - có phải {}?"}
_QUOTE = {
    "en": " - to look for text with a colon put it in quotes",
    "vi": " - muốn tìm văn bản có dấu hai chấm thì đặt trong dấu nháy",
}
_OR = {"en": " or ", "vi": " hoặc "}


def sentence(fault: QueryFault, language: str) -> str:
    """One fault in words ('vi' or 'en')."""
    near = _NEAR[language].format(_OR[language].join(fault.expected)) if fault.expected else _QUOTE[language]
    template = _SENTENCES[fault.message_id][language == "vi"]
    return template.format(found=_shown(fault.found), expected=", ".join(fault.expected), near=near)


def drawn(text: str, error: QuerySyntaxError, language: str) -> str:
    """Each fault with its line of the query and a mark under the place, for a terminal."""
    return "\n".join(f"{_marked(text, fault)} {sentence(fault, language)}" for fault in error.faults)


def _marked(text: str, fault: QueryFault) -> str:
    start = text.rfind("\n", 0, fault.position) + 1
    line = text[start:].split("\n", 1)[0]
    column = fault.position - start
    mark = "^" * max(min(fault.length, len(line) - column), 1)
    return f"  {_shown(line)}\n  {' ' * column}{mark}"


def _shown(text: str) -> str:
    """Without what would move the cursor."""
    return "".join(char if char.isprintable() else " " for char in text)
