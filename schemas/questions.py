"""Fields of different types that answer the same question, in the order in which they are asked: the first that is filled counts."""

from __future__ import annotations

NUMBER_FIELDS = ("number", "enterprise_code", "serial", "personal_id")
AGENCY_FIELDS = ("issuing_agency", "registration_place")
DATE_FIELDS = ("issue_date", "registration_date", "first_registration_date", "date")
TITLE_FIELDS = ("excerpt", "business_name", "name", "full_name", "owner_name", "title")
PLACE_FIELDS = (*AGENCY_FIELDS, "issue_place", "place", "residence", "permanent_residence")
"""Where a paper belongs: the agency that issued it, where that was, where the person lives. All that are filled count."""
