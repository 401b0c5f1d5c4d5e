"""What a page does behind the reader's back: policy reports, script errors, requests to other origins."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

LISTEN = """
window.__reports = [];
document.addEventListener("securitypolicyviolation", (event) => window.__reports.push(
  `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
"""


@dataclass(slots=True)
class Watch:
    """Everything a test must find empty."""

    reports: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.reports or self.errors or self.foreign)


def watch(page: Page, origin: str) -> Watch:
    """Begins to watch; `collect` reads the reports of the document that is open."""
    seen = Watch()
    page.add_init_script(LISTEN)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda request: seen.foreign.append(request.url) if not request.url.startswith((origin, "data:")) else None,
    )
    return seen


def collect(page: Page, seen: Watch) -> Watch:
    seen.reports += page.evaluate("window.__reports || []")
    return seen
