"""Names of the numbers on the wire: IANA DNS parameters, IANA TLS parameters, [MS-SMB2] 2.2.1, [MS-CIFS] 2.2.2.1."""

from __future__ import annotations

import ssl
from functools import cache

RECORDS = {
    "1": "A", "2": "NS", "5": "CNAME", "6": "SOA", "10": "NULL", "12": "PTR", "13": "HINFO", "15": "MX", "16": "TXT",
    "17": "RP", "18": "AFSDB", "24": "SIG", "25": "KEY", "28": "AAAA", "29": "LOC", "33": "SRV", "35": "NAPTR",
    "39": "DNAME", "41": "OPT", "43": "DS", "44": "SSHFP", "46": "RRSIG", "47": "NSEC", "48": "DNSKEY", "50": "NSEC3",
    "51": "NSEC3PARAM", "52": "TLSA", "64": "SVCB", "65": "HTTPS", "99": "SPF", "249": "TKEY", "250": "TSIG",
    "251": "IXFR", "252": "AXFR", "255": "ANY", "256": "URI", "257": "CAA",
}  # fmt: skip

RCODES = {
    "0": "NOERROR", "1": "FORMERR", "2": "SERVFAIL", "3": "NXDOMAIN", "4": "NOTIMP", "5": "REFUSED", "6": "YXDOMAIN",
    "7": "YXRRSET", "8": "NXRRSET", "9": "NOTAUTH", "10": "NOTZONE", "16": "BADVERS",
}  # fmt: skip

TLS_VERSIONS = {
    "0x0002": ("ssl", "2.0"),
    "0x0300": ("ssl", "3.0"),
    "0x0301": ("tls", "1.0"),
    "0x0302": ("tls", "1.1"),
    "0x0303": ("tls", "1.2"),
    "0x0304": ("tls", "1.3"),
}

SMB2 = {
    "0": "negotiate",
    "1": "session_setup",
    "2": "logoff",
    "3": "tree_connect",
    "4": "tree_disconnect",
    "5": "create",
    "17": "set_info",
}
"""The commands of which an event is made."""

_SMB1 = {
    0x00: "create_directory",
    0x01: "delete_directory",
    0x06: "delete",
    0x07: "rename",
    0x2D: "create",
    0x70: "tree_connect",
    0x71: "tree_disconnect",
    0x72: "negotiate",
    0x73: "session_setup",
    0x74: "logoff",
    0x75: "tree_connect",
    0xA2: "create",
}
# tshark writes the command as a number or in hex, by version.
SMB1 = {form: name for number, name in _SMB1.items() for form in (str(number), f"0x{number:02x}")}

_ALERTS = {
    "0": "close_notify",
    "10": "unexpected_message",
    "20": "bad_record_mac",
    "40": "handshake_failure",
    "42": "bad_certificate",
    "43": "unsupported_certificate",
    "44": "certificate_revoked",
    "45": "certificate_expired",
    "46": "certificate_unknown",
    "47": "illegal_parameter",
    "48": "unknown_ca",
    "49": "access_denied",
    "50": "decode_error",
    "51": "decrypt_error",
    "70": "protocol_version",
    "71": "insufficient_security",
    "80": "internal_error",
    "86": "inappropriate_fallback",
    "90": "user_canceled",
    "112": "unrecognized_name",
    "116": "certificate_required",
    "120": "no_application_protocol",
}


def alert_name(code: str) -> str:
    """The name of a TLS alert, else its number."""
    return _ALERTS.get(code, code)


def cipher_name(code: str) -> str:
    """The name that OpenSSL gives a cipher suite, else its number as sent."""
    try:
        return _ciphers().get(int(code, 0) & 0xFFFF, code)
    except ValueError:
        return code


@cache
def _ciphers() -> dict[int, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    return {int(entry["id"]) & 0xFFFF: str(entry["name"]) for entry in context.get_ciphers()}
