"""The grammar a second time, for a generator that knows nothing of our reader."""

GRAMMAR = r"""
query: or_
or_: and_ (WS OR WS and_)*
and_: not_ (WS (AND WS)? not_)*
not_: (NOT WS | MINUS)? atom
atom: "(" query ")" | FIELD ":" values | NUMBER_FIELD CMP NUMBER | quoted | TERM
values: value | "(" value (WS (OR WS)? value)* ")" | STAR
value: quoted | TERM | WILD
quoted: "\"" INSIDE? "\""
OR: "or" | "OR" | "Or"
AND: "and" | "AND"
NOT: "not" | "NOT"
MINUS: "-"
STAR: "*"
WS: " " | "  " | "\t"
FIELD: "user.name" | "process.command_line" | "winlog.event_data.X" | "user" | "event.category"
NUMBER_FIELD: "source.port" | "event.severity" | "port"
CMP: ">=" | "<=" | ">" | "<" | "!=" | ":" | ":>="
NUMBER: /-?[0-9]{1,6}/
TERM: /[a-zĐđ0-9_.%][a-zĐđ0-9_.%\/-]{3,12}/
WILD: /[a-z*?]{1,3}\*[a-z\\]{0,2}[a-z]/
INSIDE: /([^\x22\x5c]|\x5c\x22|\x5c\x5c|\x5c[a-z]){1,8}/
"""
