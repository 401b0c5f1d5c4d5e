"""Our own rules against pySigma: parse, validators of a committed list, ATT&CK tags. Works offline.

`sigma check` itself ends in a traceback without network, because some validators download their data; those are
left out by name, with the reason (tools/sigma_validators.yml).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError
from sigma.plugins import InstalledSigmaPlugins
from sigma.rule import SigmaRule
from sigma.validation import SigmaValidator
from sigma.validators.base import SigmaValidationIssue

from soc.attack import attack_table

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "rules"
VALIDATORS = Path(__file__).with_name("sigma_validators.yml")


def rule_files(folder: Path) -> list[Path]:
    """The rule files of a pack; samples and values have another extension."""
    return sorted(folder.rglob("*.yml"))


def validator_lists() -> tuple[list[str], dict[str, str]]:
    """The validators that we use, and those that we leave out with the reason."""
    document = yaml.load(VALIDATORS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return document["use"], document["left_out"]


def installed_validators() -> dict[str, Any]:
    """What pySigma finds on this machine."""
    return dict(InstalledSigmaPlugins.autodiscover().validators)


def check(folder: Path = RULES) -> list[str]:
    """Every fault as one line; empty when all is well."""
    collection = SigmaCollection.load_ruleset([str(path) for path in rule_files(folder)], collect_errors=True)
    lines = [_line(rule, str(error)) for rule in collection.rules for error in rule.errors]
    lines += [str(error) for error in collection.errors]
    if not lines:
        lines += list(_issues(collection))
    lines += [_line(rule, text) for rule in collection.rules for text in _tag_faults(rule)]
    return lines


def _issues(collection: SigmaCollection) -> Iterator[str]:
    used, _ = validator_lists()
    installed = installed_validators()
    validator = SigmaValidator([installed[name] for name in used])
    for rule in collection.rules:
        try:
            # pySigma reads conditions late: a wrong one raises here, not at loading
            yield from (_line(rule, _words(issue)) for issue in validator.validate_rule(cast("SigmaRule", rule)))
        except SigmaError as error:
            yield _line(rule, str(error))
    yield from (_line(issue.rules[0], _words(issue)) for issue in validator.finalize())


def _words(issue: SigmaValidationIssue) -> str:
    extra = {key: value for key, value in vars(issue).items() if key not in ("rules", "severity", "description")}
    return f"{type(issue).__name__}: {issue.description} {extra or ''}".rstrip()


def _tag_faults(rule: Any) -> list[str]:
    return attack_table().faults(str(tag) for tag in rule.tags)


def _line(rule: Any, text: str) -> str:
    path = getattr(rule.source, "path", None)
    place = path.relative_to(ROOT) if path and path.is_relative_to(ROOT) else path
    return f"{place}: {rule.name or rule.title}: {text}"


def main() -> int:
    faults = check(Path(sys.argv[1]) if len(sys.argv) > 1 else RULES)
    for fault in faults:
        print(fault)
    print(f"{len(rule_files(RULES))} files checked, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
