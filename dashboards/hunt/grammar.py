"""The query language in ten lines, for the help of the page."""

from __future__ import annotations

from dashboards.shell.i18n import N_

GRAMMAR = (
    ("user.name:hai.nv", N_("a field and its value; case does not matter")),
    ("user.name:hai* host:dc?1", N_("* any run of characters, ? one; two terms side by side mean and")),
    ("(a or b) and not c", N_("and, or, not, brackets")),
    ("source.ip:10.0.0.0/8", N_("a network of addresses")),
    ("destination.port:[1 to 1024]", N_("a range; also >= <= > <")),
    ("event.code:(4624 4625)", N_("one of several values")),
    ("process.command_line:*", N_("the field is present")),
    ('"no route to host"', N_("text anywhere in message, raw line, command line, file or address")),
    ("url.path:/\\.php$/", N_("a regular expression between slashes")),
    ("@timestamp>=now-15m", N_('times: now-24h, 22/11/2026, "22/11/2026 14:03", "yesterday"')),
)
