"""Confidence: fits what ``pipeline.ocr.confidence`` knows, and measures whether it is true."""
