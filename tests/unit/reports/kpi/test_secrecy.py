"""What may not come in, and what looks like it and may."""

from __future__ import annotations

import pytest

from reports.kpi.secrecy import is_state_secret, leaks

MARKED = ["Tối mật", "TUYỆT MẬT", "tuyệt  mật", "[Mật]", "Mật", " MẬT ", "Độ mật: A", "Văn bản MẬT số 12", "toi mat"]
FREE = ["mật độ dân số", "đổi mật khẩu", "BẢO MẬT THÔNG TIN", "mật mã", "BÍ MẬT KINH DOANH", "thân mật", "MẬT KHẨU", ""]


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_is_seen_in_any_writing(text: str) -> None:
    assert is_state_secret([text])


@pytest.mark.parametrize("text", FREE)
def test_words_that_only_sound_alike_are_free(text: str) -> None:
    assert not is_state_secret([text])


TOLD = [
    ("máy 10.20.30.40 bị dò", "ip_address"),
    ("2001:db8:0:1:2:3:4:5", "ip6_address"),
    ("::1", "ip6_address"),
    ("cve-2026-1234", "weakness"),
    ("an.nv@so-y-te.gov.vn", "mail_address"),
    ("4ae3d3a5-b329-49b4-99c2-d3cf7c76a4f7", "rule_id"),
    ("SYT\\an.nv", "account"),
    ("dc01.lan", "host"),
]


@pytest.mark.parametrize(("text", "kind"), TOLD)
def test_secrets_of_the_other_side_are_named_by_kind(text: str, kind: str) -> None:
    assert leaks([text]) == (kind,)


@pytest.mark.parametrize(
    "text", ["phiên bản 1.4.0", "08:02:11", "2026-11-15T08:02:11+07:00", "96.4", "alerts/ack-sla@7", "a/b"]
)
def test_ordinary_texts_hold_none(text: str) -> None:
    assert leaks([text]) == ()


def test_names_that_the_sender_knows_are_found_in_any_case() -> None:
    assert leaks(["Máy KETOAN-03 mất kết nối"], known=["ketoan-03"]) == ("known_name",)
    assert leaks(["an toàn"], known=["an"]) == ()
