"""The kinds of value that a field may hold, each with the one form in which we keep it.

A field of a document type is annotated with one of the aliases below (``birth_date: IsoDate``). The kind decides how
printed text becomes a value (``pipeline.normalize.reading``), which checks it must pass, what JSON Schema says of it
(``schemas.json_schema``), and what a generator may draw for it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated


class Kind(StrEnum):
    """What a value is; the sentence says in which form it is kept."""

    TEXT = "text"
    """One run of text, lines joined by one space, as printed."""
    NAME = "name"
    """A person's name in the case in which it is printed."""
    TITLE = "title"
    """Title of an officer, lines joined by one space, as printed."""
    AGENCY = "agency"
    """An agency, lines joined by one space, as printed."""
    ADDRESS = "address"
    """A place or address as printed; its units are found by the gazetteer."""
    DATE = "date"
    """ISO 8601: ``2020-03-05``; ``2020-03`` or ``2020`` where no more is printed or legible."""
    DATE_TIME = "date_time"
    """ISO 8601 without zone: ``2020-03-05T08:30``; only the date where no time is printed."""
    DATE_WORDS = "date_words"
    """A date in words as printed: ``Ngày năm tháng ba năm hai nghìn không trăm hai mươi``."""
    YEAR = "year"
    """A year as a number."""
    SEX = "sex"
    """``Nam`` or ``Nữ``."""
    ETHNICITY = "ethnicity"
    """One of the 54 names of the official list: ``Kinh``."""
    NATIONALITY = "nationality"
    """A country in Vietnamese: ``Việt Nam``."""
    PERSONAL_ID = "personal_id"
    """12 digits (*số định danh cá nhân*), or the 9 of an old identity card."""
    OLD_ID = "old_id"
    """9 digits (*chứng minh nhân dân*)."""
    TAX_CODE = "tax_code"
    """10 digits, or 10 and 3 with a hyphen; also the enterprise code."""
    DOCUMENT_NUMBER = "document_number"
    """Number of a paper as printed, without spaces: ``12/2024/QĐ-UBND``, ``45``."""
    DOSSIER_CODE = "dossier_code"
    """``000.00.01.H48-250117-0012``."""
    SERIAL = "serial"
    """Serial of a printed blank, letters and digits with one space: ``CS 01234567``."""
    PHONE = "phone"
    """Digits only, ``+`` kept."""
    MONEY = "money"
    """Đồng, as a number."""
    DECIMAL = "decimal"
    """A measure (square metres, metres) as a number."""
    COUNT = "count"
    """A whole number."""
    PARCEL = "parcel"
    """Number of a parcel or map sheet as printed, without spaces."""
    LIST = "list"
    """Items in order, without their bullets and closing punctuation."""


Text = Annotated[str | None, Kind.TEXT]
PersonName = Annotated[str | None, Kind.NAME]
OfficerTitle = Annotated[str | None, Kind.TITLE]
Agency = Annotated[str | None, Kind.AGENCY]
Address = Annotated[str | None, Kind.ADDRESS]
IsoDate = Annotated[str | None, Kind.DATE]
IsoDateTime = Annotated[str | None, Kind.DATE_TIME]
DateWords = Annotated[str | None, Kind.DATE_WORDS]
Year = Annotated[int | None, Kind.YEAR]
Sex = Annotated[str | None, Kind.SEX]
Ethnicity = Annotated[str | None, Kind.ETHNICITY]
Nationality = Annotated[str | None, Kind.NATIONALITY]
PersonalId = Annotated[str | None, Kind.PERSONAL_ID]
OldId = Annotated[str | None, Kind.OLD_ID]
TaxCode = Annotated[str | None, Kind.TAX_CODE]
DocumentNumber = Annotated[str | None, Kind.DOCUMENT_NUMBER]
DossierCode = Annotated[str | None, Kind.DOSSIER_CODE]
Serial = Annotated[str | None, Kind.SERIAL]
Phone = Annotated[str | None, Kind.PHONE]
Money = Annotated[int | None, Kind.MONEY]
Decimal = Annotated[float | None, Kind.DECIMAL]
Count = Annotated[int | None, Kind.COUNT]
Parcel = Annotated[str | None, Kind.PARCEL]
Items = Annotated[list[str] | None, Kind.LIST]
