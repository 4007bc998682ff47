"""OCFL 1.1 (https://ocfl.io/1.1/spec/): objects with versions that are added and never altered."""
