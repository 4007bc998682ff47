"""Identifiers that papers carry, each with its grammar and its checks: persons, enterprises, documents, dossiers."""
