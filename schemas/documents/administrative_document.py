"""Administrative document (*văn bản hành chính*): the 29 kinds of Decree 30/2020/NĐ-CP, annexes I and III."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Relations
from schemas.values import Address, Agency, DocumentNumber, IsoDate, Items, OfficerTitle, PersonName, Text


class AdministrativeDocument(Document):
    """A decision, letter, report or any other kind that Decree 30/2020 arranges in the same way.

    ``kind`` is the title as printed in capitals (``QUYẾT ĐỊNH``); letters (*công văn*) print none and get
    ``CÔNG VĂN``. Agencies and titles are joined over their lines, agencies that issue together by `` - ``; where several sign,
    the one at the right is the signer and ``other_signers`` are those beside. ``number`` keeps the printed part where the rest is
    written by hand.
    """

    form = Form(
        type="administrative_document",
        name="Văn bản hành chính",
        titles=(),
        layout=Layout.ADMINISTRATIVE,
        cues=("Nơi nhận", "Căn cứ", "Kính gửi"),
        valid_from="issue_date",
        relations=Relations(past=("issue_date",), together=(("signer_title", "signer_name"),)),
        law="Nghị định 30/2020/NĐ-CP",
    )

    parent_agency: Agency = printed(at=Position.PARENT_AGENCY, lines=2, upper=True)
    issuing_agency: Agency = printed(at=Position.AGENCY, required=True, lines=3, upper=True)
    number: DocumentNumber = printed("Số", at=Position.NUMBER, required=True)
    urgency: Text = printed(at=Position.URGENCY, upper=True)
    issue_place: Address = printed(at=Position.PLACE)
    issue_date: IsoDate = printed(at=Position.DATE, required=True)
    kind: Text = printed(at=Position.KIND, required=True, upper=True)
    excerpt: Text = printed(at=Position.EXCERPT, required=True, lines=5)
    recipients: Items = printed("Nơi nhận", at=Position.RECIPIENTS, lines=12)
    signer_authority: Text = printed(at=Position.SIGNER_AUTHORITY)
    signer_title: OfficerTitle = printed(at=Position.SIGNER_TITLE, lines=3, upper=True)
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)
    other_signers: Items = printed(at=Position.OTHER_SIGNERS)


DOCUMENT = AdministrativeDocument
