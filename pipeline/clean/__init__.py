"""Cleaning: from the page as scanned to a working copy that reads well."""

from pipeline.clean.page import clean_page

__all__ = ["clean_page"]
