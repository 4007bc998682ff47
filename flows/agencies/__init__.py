"""Agencies: how they sign in, what their policy leaves of records, what they are told of by events."""
