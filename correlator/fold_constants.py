"""What a route decides by itself: event id, channel and the like are the same for all its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from correlator.language.form import FALSE, TRUE, And, Atom, Form, Not, Op, Or, all_of, any_of, negation
from correlator.language.values import Values
from correlator.oracle import atom_test
from soc.logsource import FieldPlan

# A route's tests compare folded, so the event's spelling is unknown to a test that minds it.
_FOLDING = frozenset({Op.EQUALS, Op.STARTS, Op.ENDS, Op.CONTAINS, Op.LIKE, Op.PRESENT, Op.EXISTS, Op.NULL})


class Constants:
    """Field name -> the values it can have on a route; None where the event decides."""

    def __init__(self, tests: Mapping[str, tuple[str, ...]], plan: Callable[[str], FieldPlan]) -> None:
        self._tests = tests
        self._plan = plan

    def verdict(self, atom: Atom) -> bool | None:
        """The atom's answer where all events of the route give the same."""
        if not self._tests or atom.cased or atom.op not in _FOLDING or not atom.field:
            return None
        plan = self._plan(atom.field)
        values = self._tests.get(plan.names[0]) if plan.names else None
        if not values or plan.joined or plan.translate or plan.numbered:
            return None
        test = atom_test(atom, lambda name: name)
        answers = {test({atom.field: Values(value)}) for value in values}
        return answers.pop() if len(answers) == 1 else None


def folded(form: Form, constants: Constants) -> Form:
    """The form with what is constant worked out."""
    if isinstance(form, Atom):
        verdict = constants.verdict(form)
        return form if verdict is None else TRUE if verdict else FALSE
    if isinstance(form, Not):
        return negation(folded(form.part, constants))
    join = all_of if isinstance(form, And) else any_of
    return join(folded(part, constants) for part in form.parts)


def needed_values(form: Form, names: frozenset[str]) -> frozenset[str] | None:
    """Folded texts: without one of them in one of these fields the form is false. None: there is no such set."""
    if isinstance(form, Atom):
        is_equality = form.field in names and form.op is Op.EQUALS and not form.cased
        return frozenset({str(form.payload)}) if is_equality else None
    if isinstance(form, And):
        sets = [found for part in form.parts if (found := needed_values(part, names)) is not None]
        return min(sets, key=len, default=None)
    if isinstance(form, Or) and form.parts:
        sets = [found for part in form.parts if (found := needed_values(part, names)) is not None]
        return frozenset().union(*sets) if len(sets) == len(form.parts) else None
    return None
