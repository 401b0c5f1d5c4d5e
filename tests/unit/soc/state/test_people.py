from __future__ import annotations

from datetime import date, timedelta

import pytest

from soc.access import Grant, RoleOfPerson
from soc.errors import NotFound, StateError
from soc.state.people import WAITS
from soc.state.store import State
from soc.state.tables.people import PersonState
from tests.builders import NOON

GRANT = Grant(RoleOfPerson.ANALYST, "so_y_te", date(2026, 1, 1))


def test_a_person_is_found_however_the_account_is_typed(state: State) -> None:
    with state.write() as tx:
        assert not tx.people.any()
        made = tx.people.create(" An.Nguyen ", "Nguyễn Văn An", at=NOON)
        assert made.account == "an.nguyen"
        assert tx.people.get("AN.NGUYEN") == made
        assert tx.people.all() == (made,)
        assert tx.people.any()


@pytest.mark.parametrize("account", ["", "a", "nguyễn", "an nguyen", "-an", "a" * 64, "an\n"])
def test_an_account_name_that_cannot_be_typed_everywhere_is_refused(state: State, account: str) -> None:
    if account == "an\n":
        account = "a\nn"
    with pytest.raises(StateError) as caught, state.write() as tx:
        tx.people.create(account, "An", at=NOON)
    assert caught.value.code == "SOC-1705"


def test_an_account_is_given_once(state: State) -> None:
    with state.write() as tx:
        tx.people.create("an", "An", at=NOON)
    with pytest.raises(StateError, match="exists already") as caught, state.write() as tx:
        tx.people.create("AN", "Another An", at=NOON)
    assert caught.value.code == "SOC-1706"


def test_names_are_shown_also_of_those_who_left(state: State) -> None:
    with state.write() as tx:
        tx.people.create("an", "Nguyễn Văn An", at=NOON)
        tx.people.set_state("an", PersonState.DISABLED)
        assert tx.people.names(["an", "system"]) == {"an": "Nguyễn Văn An"}
        with pytest.raises(NotFound):
            tx.people.get("system")


def test_a_disabled_account_has_no_password(state: State) -> None:
    with state.write() as tx:
        tx.people.create("an", "An", at=NOON, password="hash")
        assert tx.people.password_of("an") == "hash"
        tx.people.set_password("an", "new")
        assert tx.people.password_of("an") == "new"
        tx.people.set_state("an", PersonState.DISABLED)
        assert tx.people.password_of("an") is None


def test_a_grant_ends_by_a_day_and_stays_on_record(state: State) -> None:
    with state.write() as tx:
        tx.people.create("an", "An", at=NOON)
        tx.people.give("an", GRANT, by="admin", at=NOON)
        assert tx.people.grants("an") == (GRANT,)
        assert tx.people.end_grant("an", GRANT, last_day=date(2026, 11, 30)) == 1
        assert tx.people.grants("an")[0].until == date(2026, 11, 30)


def test_waits_grow_after_five_failures_and_never_lock_for_good(state: State) -> None:
    with state.write() as tx:
        waits = [tx.people.failed("an", NOON) for _ in range(12)]
        assert waits[:4] == [None] * 4
        assert waits[4:9] == [NOON + wait for wait in WAITS]
        assert set(waits[9:]) == {NOON + timedelta(minutes=15)}
        assert tx.people.wait_until("AN", NOON) == NOON + timedelta(minutes=15)
        assert tx.people.wait_until("an", NOON + timedelta(minutes=15)) is None


def test_a_success_or_a_day_ends_the_count(state: State) -> None:
    with state.write() as tx:
        tx.people.create("an", "An", at=NOON)
        for _ in range(4):
            tx.people.failed("an", NOON)
        tx.people.signed_in("an", NOON)
        assert tx.people.failed("an", NOON) is None
        assert tx.people.get("an").last_sign_in == NOON
        for _ in range(3):
            tx.people.failed("an", NOON)
        assert tx.people.failed("an", NOON + timedelta(days=2)) is None


def test_guesses_at_names_that_cannot_be_do_not_fill_the_table(state: State) -> None:
    with state.write() as tx:
        for n in range(50):
            tx.people.failed(f"ngã {n} " * 100, NOON)
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM sign_in_wait").scalar() == 1


def test_a_language_is_kept(state: State) -> None:
    with state.write() as tx:
        tx.people.create("an", "", at=NOON)
        tx.people.set_language("an", "en")
        assert (tx.people.get("an").language, tx.people.get("an").name) == ("en", "an")
