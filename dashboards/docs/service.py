"""The OpenAPI document turned into what the page prints: operations by tag, with an example of each request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import orjson
from fastapi import FastAPI

METHODS = ("get", "post", "put", "patch", "delete")
DEEP = 4
FILE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of the path or the query."""

    name: str
    place: str
    kind: str
    required: bool
    default: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status, what it means, and the names of its fields."""

    status: str
    text: str
    kind: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One route. `body`: an example of what it takes, '' for nothing. `keys`: whether programs' keys open it."""

    id: str
    tag: str
    method: str
    path: str
    text: str
    parameters: tuple[Parameter, ...]
    answers: tuple[Answer, ...]
    body: str
    file: bool
    keys: bool


@dataclass(frozen=True, slots=True)
class Request:
    """A request to copy."""

    curl: str
    python: str


@cache
def operations(app: FastAPI) -> tuple[Operation, ...]:
    """In the order of their tags and paths; made once."""
    document = app.openapi()
    found = [
        _operation(document, path, method, route)
        for path, methods in document["paths"].items()
        for method, route in methods.items()
        if method in METHODS
    ]
    return tuple(sorted(found, key=lambda one: (one.tag, one.path, METHODS.index(one.method.lower()))))


def request_of(operation: Operation, origin: str) -> Request:
    """With the names of what has to be filled in."""
    needed = {one.name: f"<{one.name}>" for one in operation.parameters if one.place == "query" and one.required}
    query = f"?{urlencode(needed, safe='<>')}" if needed else ""
    return _written(operation.method, f"{origin}{operation.path}{query}", operation.body, file=operation.file)


def request_behind(app: FastAPI, href: str, origin: str) -> Request | None:
    """The reading request behind a page, None when no route answers it. `href` is foreign: what it holds is written
    percent-encoded, and words that the route does not know are left out."""
    path, _, query = href.partition("?")
    for one in operations(app):
        if one.method == "GET" and _fits(one.path, path):
            known = {parameter.name for parameter in one.parameters if parameter.place == "query"}
            given = [(name, value) for name, value in parse_qsl(query) if name in known]
            return _written("GET", f"{origin}{quote(path)}{'?' if given else ''}{urlencode(given)}", "", file=False)
    return None


def _fits(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        one == other or (one.startswith("{") and other != "") for one, other in zip(wanted, given, strict=True)
    )


def _written(method: str, address: str, body: str, *, file: bool) -> Request:
    parts = ["curl -sS", *(() if method == "GET" else (f"-X {method}",)), '-H "Authorization: Bearer $SOC_KEY"']
    lines = ["import os, requests", "", "answer = requests." + method.lower() + "(", f'    "{address}",']
    lines.append('    headers={"Authorization": f"Bearer {os.environ[\'SOC_KEY\']}"},')
    if file:
        parts += [f'-H "Content-Type: {FILE}"', "--data-binary @FILE"]
        lines.append('    data=open("FILE", "rb"),')
    elif body:
        parts += ['-H "Content-Type: application/json"', f"-d '{_flat(body)}'"]
        lines.append(f"    json={_python(body)},")
    return Request(
        " ".join([*parts, f"'{address}'"]),
        "\n".join([*lines, ")", "answer.raise_for_status()", "print(answer.json())"]),
    )


def _operation(document: Mapping[str, Any], path: str, method: str, route: Mapping[str, Any]) -> Operation:
    content = route.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    body = orjson.dumps(_example(document, schema), option=orjson.OPT_INDENT_2).decode() if schema else ""
    return Operation(
        id=route["operationId"],
        tag=(route.get("tags") or ["other"])[0],
        method=method.upper(),
        path=path,
        text=route.get("description", ""),
        parameters=tuple(_parameter(one) for one in route.get("parameters", ())),
        answers=tuple(_answer(document, status, one) for status, one in route["responses"].items()),
        body=body,
        file=FILE in content,
        keys=bool(route.get("security")),
    )


def _parameter(one: Mapping[str, Any]) -> Parameter:
    schema = one.get("schema", {})
    default = schema.get("default")
    return Parameter(
        one["name"], one["in"], _kind(schema), one.get("required", False), "" if default in (None, "") else str(default)
    )


def _answer(document: Mapping[str, Any], status: str, one: Mapping[str, Any]) -> Answer:
    content = one.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    kind = _kind(schema) if schema else ", ".join(content)
    return Answer(status, one.get("description", ""), kind, tuple(_fields(document, schema)))


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    inner = _resolved(document, schema.get("items", schema))
    for name, one in inner.get("properties", {}).items():
        yield name, _kind(one)


def _kind(schema: Mapping[str, Any]) -> str:
    """A short name of a type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or schema.get("const") or "any")


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself; of one that is published elsewhere, nothing but its name is known here."""
    while "$ref" in schema:
        if not str(schema["$ref"]).startswith("#/"):
            return {"type": "object"}
        schema = document["components"]["schemas"][str(schema["$ref"]).rsplit("/", 1)[-1]]
    return schema


def _example(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Any:
    """A value of the form that the schema wants."""
    found = _resolved(document, schema)
    if "anyOf" in found:
        return _example(document, found["anyOf"][0], depth)
    if "enum" in found or "const" in found:
        return found.get("const", found.get("enum", [None])[0])
    match found.get("type"):
        case "object" if depth < DEEP:
            return {name: _example(document, one, depth + 1) for name, one in found.get("properties", {}).items()}
        case "array":
            return [_example(document, found.get("items", {}), depth + 1)]
        case "integer" | "number":
            return found.get("default", found.get("minimum", 1))
        case "boolean":
            return found.get("default", False)
        case _:
            return found.get("default") or "…"


def _flat(body: str) -> str:
    return orjson.dumps(orjson.loads(body)).decode().replace("'", "'\\''")


def _python(body: str) -> str:
    return repr(orjson.loads(body))
