"""Papers of people who do not exist, put into the archive as reading would have put them there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flows.papers import about
from flows.services import Services
from pipeline.record import make_record
from schemas.records import Check, Field, Method, document_id
from storage.corrections import confirm
from storage.model import ArchivedRecord, Deposit, ScanRef, Use, UseKind

ANH = "079301000123"
BINH = "079099004567"
CHILD = "079220000777"


class Counter:
    """Archives papers at once, as if they had been scanned."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.number = 0

    def keeps(
        self,
        type: str,
        values: Mapping[str, str | int],
        *,
        confirmed: bool = True,
        sure: float = 0.99,
        wrong: tuple[str, ...] = (),
        flags: tuple[str, ...] = (),
        dossier: str | None = None,
        owner: str | None = None,
        said: str | None = None,
        signed: bool = True,
    ) -> str:
        """Put a paper in; its id. ``wrong``: fields whose check failed; ``owner``: for whose dossier it was handed in;
        ``said``: whose it was said to be."""
        self.number += 1
        scan = f"scan {self.number} of {type}".encode()
        sha256 = hashlib.sha256(scan).hexdigest()
        fields = {
            name: Field(
                value=value,
                text=str(value),
                confidence=sure,
                page=1,
                method=Method.LABEL,
                checks=(Check(name="test", passed=name not in wrong, reason="contradicts"),),
            )
            for name, value in values.items()
        }
        deposit = Deposit(
            id=document_id(sha256, [1]),
            scan_ref=ScanRef(sha256=sha256, name="scan.pdf", media_type="application/pdf", size=len(scan)),
            scan=scan,
            pdf=b"%PDF-1.7 copy",
            alto=b"<alto/>",
            text=" ".join(map(str, values.values())),
            record=about(make_record(type, fields), said),
            type_confidence=0.99,
            pages=(1,),
            source=f"scan-{self.number}.pdf",
            dossier=dossier,
            quality_flags=flags,
            signed=signed,
            signed_by=("signer",) if signed else (),
            pending_signatures=() if signed else ("signer",),
            uses=(
                Use(kind=UseKind.RECEIVED, dossier=dossier, at=datetime.now(UTC), by="clerk", subject=owner),
            )
            if dossier and owner
            else (),
        )
        archive = self.services.archive
        now = datetime.now(UTC) + timedelta(milliseconds=self.number)
        archive.clock = lambda: now
        receipt = archive.put(deposit)
        if confirmed:
            receipt = confirm(archive, deposit.id, receipt.record.record, by="clerk")
        self.services.index.add(receipt.record, receipt.version)
        return deposit.id

    def record(self, id: str) -> ArchivedRecord:
        """As it is archived."""
        return self.services.archive.record(id)


def card(
    id: str = ANH, name: str = "ĐỖ THỊ NGỌC ÁNH", born: str = "2001-05-06", **more: str
) -> dict[str, str | int]:
    return {
        "personal_id": id,
        "full_name": name,
        "birth_date": born,
        "sex": "Nữ",
        "nationality": "Việt Nam",
        "home_place": "Bến Tre",
        "residence": "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh",
        "issue_date": "2022-03-01",
        "expiry_date": "2041-05-06",
        **more,
    }


def birth(
    id: str = ANH, name: str = "ĐỖ THỊ NGỌC ÁNH", born: str = "2001-05-06", **more: str
) -> dict[str, str | int]:
    return {
        "number": "55/2001",
        "full_name": name,
        "birth_date": born,
        "sex": "Nữ",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "birth_place": "Bệnh viện Từ Dũ, Thành phố Hồ Chí Minh",
        "home_place": "Bến Tre",
        "personal_id": id,
        "mother_name": "TRẦN THỊ LAN",
        "father_name": "ĐỖ VĂN HÙNG",
        "registration_place": "UBND phường Bến Nghé",
        "registration_date": "2001-05-20",
        **more,
    }


def marriage(wife: str = ANH, husband: str = BINH, **more: str) -> dict[str, str | int]:
    return {
        "number": "27/2024",
        "wife_name": "ĐỖ THỊ NGỌC ÁNH",
        "wife_birth_date": "2001-05-06",
        "wife_ethnicity": "Kinh",
        "wife_nationality": "Việt Nam",
        "wife_residence": "Phường Bến Nghé, Thành phố Hồ Chí Minh",
        "wife_personal_id": wife,
        "husband_name": "NGUYỄN VĂN BÌNH",
        "husband_birth_date": "1999-09-09",
        "husband_ethnicity": "Tày",
        "husband_nationality": "Việt Nam",
        "husband_residence": "Phường Tân Định, Thành phố Hồ Chí Minh",
        "husband_personal_id": husband,
        "registration_place": "UBND phường Bến Nghé",
        "registration_date": "2024-02-14",
        **more,
    }


def household(owner: str = ANH, name: str = "ĐỖ THỊ NGỌC ÁNH", **more: str) -> dict[str, str | int]:
    return {
        "issuing_agency": "UBND phường Bến Nghé",
        "number": "41A8012345",
        "first_registration_date": "2023-04-05",
        "business_name": "HỘ KINH DOANH NGỌC ÁNH",
        "address": "12 Lê Lợi, phường Bến Nghé, Thành phố Hồ Chí Minh",
        "phone": "0903123456",
        "business_lines": "Bán lẻ sách",
        "capital": "100000000",
        "owner_name": name,
        "owner_sex": "Nữ",
        "owner_birth_date": "2001-05-06",
        "owner_personal_id": owner,
        "owner_residence": "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh",
        **more,
    }


def land(owner: str = ANH, name: str = "ĐỖ THỊ NGỌC ÁNH", **more: str) -> dict[str, str | int]:
    return {
        "serial": "CD 123456",
        "owner_name": name,
        "owner_personal_id": owner,
        "owner_address": "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh",
        "parcel_number": "112",
        "map_sheet": "7",
        "parcel_address": "Phường Bến Nghé, Thành phố Hồ Chí Minh",
        "area_m2": "84.5",
        "use_purpose": "Đất ở tại đô thị",
        "register_number": "CS01234",
        "issuing_agency": "Sở Tài nguyên và Môi trường",
        "issue_date": "2019-07-08",
        **more,
    }


def single(
    id: str = ANH, name: str = "ĐỖ THỊ NGỌC ÁNH", issued: str = "2026-08-01", until: str = "2027-02-01"
) -> dict[str, str | int]:
    return {
        "issuing_agency": "UBND phường Bến Nghé",
        "number": "88/2026",
        "issue_date": issued,
        "full_name": name,
        "birth_date": "2001-05-06",
        "personal_id": id,
        "residence": "Phường Bến Nghé",
        "marital_status": "Hiện tại chưa đăng ký kết hôn với ai",
        "valid_until": until,
    }


def criminal(id: str = ANH, name: str = "ĐỖ THỊ NGỌC ÁNH") -> dict[str, str | int]:
    return {
        "issuing_agency": "Sở Tư pháp Thành phố Hồ Chí Minh",
        "number": "123/STP-LLTP",
        "issue_date": "2026-09-01",
        "full_name": name,
        "birth_date": "2001-05-06",
        "birth_place": "Thành phố Hồ Chí Minh",
        "nationality": "Việt Nam",
        "personal_id": id,
        "status": "Không có án tích",
    }


def enterprise(code: str) -> dict[str, str | int]:
    return {
        "issuing_agency": "Phòng Đăng ký kinh doanh",
        "enterprise_code": code,
        "first_registration_date": "2020-02-03",
        "name": "CÔNG TY TNHH NGỌC ÁNH",
        "head_office": "12 Lê Lợi, phường Bến Nghé, Thành phố Hồ Chí Minh",
        "charter_capital": "1000000000",
        "representative_name": "ĐỖ THỊ NGỌC ÁNH",
        "representative_title": "Giám đốc",
        "representative_personal_id": ANH,
    }


def residence(id: str = ANH, name: str = "ĐỖ THỊ NGỌC ÁNH") -> dict[str, str | int]:
    return {
        "issuing_agency": "Công an phường Bến Nghé",
        "number": "9/XN",
        "issue_date": "2026-10-10",
        "full_name": name,
        "birth_date": "2001-05-06",
        "sex": "Nữ",
        "personal_id": id,
        "permanent_residence": "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh",
        "current_residence": "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh",
        "household_head": "ĐỖ VĂN HÙNG",
    }
