"""Reading: from the working copy of a page to its text."""

from pipeline.ocr.page import read_page, without_text
from pipeline.ocr.recogniser import Recogniser

__all__ = ["Recogniser", "read_page", "without_text"]
