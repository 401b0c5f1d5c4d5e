"""The PDF carries one empty field; what comes back signed is ours, and whoever touches it is found out."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.monthly.render.field import FIELD
from reports.monthly.render.pdf import pdf
from reports.monthly.signature import NoSignedPdf, checked

PAGE = '<html><body><p>Báo cáo</p><div id="signing"><p>GIÁM ĐỐC</p></div></body></html>'


@pytest.fixture(scope="module")
def paper() -> bytes:
    return pdf(PAGE)


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """A signer with a certificate of its own, and that certificate as a file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
    from cryptography.x509.oid import NameOID
    from pyhanko.sign.signers import SimpleSigner

    folder, key = tmp_path_factory.mktemp("khoa"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Trần Văn B")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, True, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "a.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"a", key, made, None, BestAvailableEncryption(b"x"))
    )
    (folder / "a.pem").write_bytes(made.public_bytes(Encoding.PEM))
    load: Any = SimpleSigner.load_pkcs12
    return load(str(folder / "a.p12"), passphrase=b"x"), folder / "a.pem"


def sign(paper: bytes, signer: Any) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

    out = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper)), PdfSignatureMetadata(field_name=FIELD), signer=signer)
    found: bytes = out.getvalue()
    return found


def test_the_paper_has_one_empty_field_and_stays_the_same_bytes(paper: bytes) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import enumerate_sig_fields

    fields = list(enumerate_sig_fields(PdfFileReader(io.BytesIO(paper))))
    assert [(name, value) for name, value, _ in fields] == [(FIELD, None)]
    assert pdf(PAGE) == paper


def test_a_page_without_a_signer_has_no_field() -> None:
    assert FIELD.encode() not in pdf("<p>x</p>")


def test_a_signed_paper_is_ours_and_good(paper: bytes, hand: tuple[Any, Path]) -> None:
    signer, authority = hand
    found = checked(sign(paper, signer), paper, [authority])

    assert found.good
    assert found.trusted
    assert "Trần Văn B" in found.signer
    assert not checked(sign(paper, signer), paper).trusted


def test_what_was_changed_is_found_out(paper: bytes, hand: tuple[Any, Path]) -> None:
    signer, authority = hand
    signed = sign(paper, signer)
    other = pdf(PAGE.replace("Báo cáo", "Báo cáo khác"))
    touched = signed.replace(b"/Title", b"/Titlf", 1) if b"/Title" in signed else signed[:60] + b"X" + signed[61:]

    assert not checked(sign(other, signer), paper, [authority]).good
    assert not checked(paper, paper).good
    assert _refused(touched, paper, authority)
    assert _refused(_written_behind(signed), paper, authority)


def _refused(signed: bytes, paper: bytes, authority: Path) -> bool:
    try:
        return not checked(signed, paper, [authority]).good
    except NoSignedPdf:
        return True


def _written_behind(signed: bytes) -> bytes:
    """Another page, added after the signature."""
    from pyhanko.pdf_utils import writer as pages
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    made: Any = pages
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.insert_page(made.PageObject(writer.add_object(StreamObject(stream_data=b"")), (0, 0, 100, 100)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("bad", [b"", b"%PDF-1.7\n%%EOF", b"\x00" * 100])
def test_what_is_no_pdf_is_said(paper: bytes, bad: bytes) -> None:
    with pytest.raises(NoSignedPdf, match="no signed PDF"):
        checked(bad, paper)
