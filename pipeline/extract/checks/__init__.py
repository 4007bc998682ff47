"""Checks between the fields of one record."""
