"""The passwords that are tried first: `python -m tools.common_passwords` writes soc/data/common-passwords.txt.

No list of stolen passwords is copied here. The file is an expansion of what such lists are known to consist of: base
words of both languages, keyboard walks, runs of digits, years and the usual endings, in the order in which a guesser
would try them. Only what is long enough to be accepted at all is kept, folded (no case, no marks, đ as d).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path

from soc.fold import fold_marks
from soc.state.passwords import COMMON_FILE, SHORTEST

TARGET = Path(__file__).resolve().parent.parent / "soc" / "data" / COMMON_FILE
COUNT = 10_000

ENGLISH = """
password passw0rd p@ssword p@ssw0rd pa$$word admin administrator root user guest welcome login letmein changeme
default secret master super server system network security service support manager iloveyou monkey dragon
sunshine princess football baseball superman batman shadow michael charlie freedom whatever trustno1 starwars
computer internet windows microsoft google facebook samsung iphone oracle cisco firewall database backup office
summer winter spring autumn january monday friday hello test testing demo temp qwerty abc abcd abcdef
"""
VIETNAMESE = """
mật khẩu | mật khẩu mới | quản trị | người dùng | xin chào | việt nam | tổ quốc | hà nội | sài gòn | nghệ an |
thành phố | tỉnh | ủy ban | ubnd | công an | bí mật | bảo mật | an toàn | máy chủ | máy tính | mạng | văn phòng
| văn thư | kế toán | lãnh đạo | giám đốc | chủ tịch | cán bộ | công chức | anh yêu em | em yêu anh | yêu em |
gia đình | con yêu | mẹ yêu | bố mẹ | hạnh phúc | may mắn | tình yêu | mãi mãi | không biết | không có gì | tôi
yêu việt nam | hồ chí minh | đà nẵng | hải phòng | cần thơ | huế | vinh | sông lam | hoa sen | mùa xuân | nguyễn
văn a | nguyễn | trần | lê | phạm | hoàng | tuấn | hùng | dũng | minh | hương | linh | trang | thảo | phát tài |
thần tài | lộc phát
"""
WALKS = """
qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx3edc 1qaz2wsx qazwsxedc qazwsxedcrfv zaq12wsx zaq12wsxcde3 1q2w3e4r
1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5y6 qwertyuiopas qwer1234 asdf1234 asdfqwer qweasdzxc qweasdzxc123
!qaz2wsx 1234qwer 123qweasd poiuytrewq mnbvcxz lkjhgfdsa abcdefghijkl abcdefghijklmnop
"""
ENDINGS = """
123 1234 12345 123456 1234567 12345678 123456789 1 12 01 @123 @1234 @12345 @123456 #123 !@# !@#123 123! 1234!
@2020 @2021 @2022 @2023 @2024 @2025 @2026 2020 2021 2022 2023 2024 2025 2026 ! !! @ 111 111111 000 000000 888
8888 888888 6868 686868 8386 7979 abc abc123 a1 qwerty 321 4321 54321 654321 1975 1980 1985 1986 1987 1988 1989
1990 1991 1992 1993 1994 1995 1996 1997 1998 1999 2000 2001 2002 2003 2004 2005 3004 0209 1905
"""


def candidates() -> Iterator[str]:
    """In the order in which a guesser would try them; doubles and short ones are not yet left out."""
    english, walks, endings = ENGLISH.split(), WALKS.split(), ENDINGS.split()
    vietnamese = [" ".join(text.split()) for text in VIETNAMESE.split("|")]
    words = [*english, *("".join(text.split()) for text in vietnamese), *vietnamese]
    yield from digits()
    yield from (*walks, *words, *(word * 2 for word in words), *(word * 3 for word in words))
    for ending, word in product(endings, (*words, *walks)):
        yield word + ending
    for word, ending in product(words, endings):
        yield ending + word
    for first, second in product(words, words):
        yield first + second
    for first, second, ending in product(english[:12], english[:12], endings[:12]):
        yield first + second + ending


def digits() -> Iterator[str]:
    """Runs up and down, one digit, pairs, telephone-like."""
    up, down = "12345678901234567890", "09876543210987654321"
    for length in range(SHORTEST, 17):
        yield from (up[:length], "0" + up[: length - 1], down[:length], down[1 : length + 1])
        yield from (digit * length for digit in "0123456789")
        yield from ((pair * 8)[:length] for pair in ("12", "10", "01", "68", "86", "79", "39", "13", "123", "112233"))


def common() -> list[str]:
    """Exactly `COUNT`, none twice."""
    folded = (fold_marks(text) for text in candidates())
    return list(islice(dict.fromkeys(text for text in folded if len(text) >= SHORTEST), COUNT))


def text() -> str:
    head = ["Passwords tried first, folded; made by `python -m tools.common_passwords`, which says how.", "Not a leak."]
    return "".join(f"# {line}\n" for line in head) + "".join(f"{line}\n" for line in common())


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
