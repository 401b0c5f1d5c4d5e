"""Tests and conditions in plain words, Vietnamese and English."""

from __future__ import annotations

from typing import Any, cast

from correlator.language.condition import Name, Selector, Tree
from correlator.language.form import KEYWORDS, Atom, Op
from correlator.language.pattern import Pattern, written

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "and": "and",
        "or": "or",
        "not": "not",
        "any": "any of",
        "all": "all of",
        "equals": "is",
        "startswith": "begins with",
        "endswith": "ends with",
        "contains": "contains",
        "like": "is like",
        "present": "has any value",
        "exists": "exists",
        "null": "is absent or null",
        "re": "matches the expression",
        "cidr": "is an address in",
        "fieldref": "is the same as field",
        "fieldref.contains": "contains the value of field",
        "fieldref.startswith": "begins with the value of field",
        "fieldref.endswith": "ends with the value of field",
        "lt": "is less than",
        "lte": "is at most",
        "gt": "is greater than",
        "gte": "is at least",
        "eq": "is",
        "cased": "(case counts)",
        "keywords": "any field",
        "absent": "absent",
        "yes": "yes",
        "no": "no",
        "because": "Not matched because",
        "matched": "Matched",
        "removed": "Removed by filter",
        "in": "in",
        "by": "for each",
        "rules": "of the rules",
    },
    "vi": {
        "and": "và",
        "or": "hoặc",
        "not": "không",
        "any": "bất kỳ nhóm nào trong",
        "all": "tất cả các nhóm",
        "equals": "bằng",
        "startswith": "bắt đầu bằng",
        "endswith": "kết thúc bằng",
        "contains": "chứa",
        "like": "có dạng",
        "present": "có giá trị",
        "exists": "có mặt",
        "null": "vắng mặt hoặc null",
        "re": "khớp biểu thức",
        "cidr": "là địa chỉ thuộc",
        "fieldref": "giống trường",
        "fieldref.contains": "chứa giá trị của trường",
        "fieldref.startswith": "bắt đầu bằng giá trị của trường",
        "fieldref.endswith": "kết thúc bằng giá trị của trường",
        "lt": "nhỏ hơn",
        "lte": "không quá",
        "gt": "lớn hơn",
        "gte": "ít nhất là",
        "eq": "bằng",
        "cased": "(phân biệt hoa thường)",
        "keywords": "trường bất kỳ",
        "absent": "vắng mặt",
        "yes": "có",
        "no": "không",
        "because": "Không khớp vì",
        "matched": "Khớp",
        "removed": "Bị bộ lọc loại bỏ",
        "in": "trong",
        "by": "theo từng",
        "rules": "của các quy tắc",
    },
}
PARTS = {"minute": "phút", "hour": "giờ", "day": "ngày", "week": "tuần", "month": "tháng", "year": "năm"}


def condition_words(tree: Tree, language: str) -> str:
    """The condition with patterns resolved to names: `selection and not any of: filter_main, filter_opt`."""
    words = WORDS[language]
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Selector):
        if len(tree.names) == 1:
            return tree.names[0]
        return f"{words[tree.quantifier]}: {', '.join(tree.names)}"
    parts = [_bracketed(part, tree.operator, language) for part in tree.parts]
    if tree.operator == "not":
        return f"{words['not']} {parts[0]}"
    return f" {words[tree.operator]} ".join(parts)


def _bracketed(part: Tree, operator: str, language: str) -> str:
    text = condition_words(part, language)
    several = isinstance(part, Selector) and len(part.names) > 1
    joined = not isinstance(part, (Name, Selector)) and part.operator != "not" and part.operator != operator
    return f"({text})" if joined or (several and operator != "not") else text


def atom_words(atom: Atom, language: str) -> str:
    """One test: `Image ends with \\cmd.exe`."""
    words = WORDS[language]
    name = words["keywords"] if atom.field == KEYWORDS else atom.field
    cased = f" {words['cased']}" if atom.cased and atom.op not in (Op.REGEX, Op.FIELDREF) else ""
    return f"{name} {_test_words(atom, language)}{cased}"


def _test_words(atom: Atom, language: str) -> str:
    words, payload = WORDS[language], cast(Any, atom.payload)
    if atom.op is Op.COMPARE:
        return f"{words[payload[0]]} {payload[1]}"
    if atom.op is Op.TIME_PART:
        part = PARTS[payload[0]] if language == "vi" else payload[0]
        return f"({part}) {words[payload[1]]} {payload[2]}"
    if atom.op is Op.CIDR:
        return f"{words['cidr']} {payload[3]}"
    if atom.op is Op.FIELDREF:
        name = "fieldref" if payload[1] == "equals" else f"fieldref.{payload[1]}"
        return f"{words[name]} {payload[0]}"
    if atom.op is Op.LIKE:
        return f"{words['like']} {shown(written(cast(Pattern, payload)))}"
    return f"{words[atom.op]} {shown(payload)}" if payload is not None else words[atom.op]


def shown(value: Any) -> str:
    """A value in quotes, without line breaks, cut where nobody reads on."""
    text = str(value).replace("\r", "\\r").replace("\n", "\\n")
    return f"'{text}'" if len(text) <= 200 else f"'{text[:200]}…'"
