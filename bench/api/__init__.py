"""The API under load, beside a bare FastAPI and a lookup by the same database driver."""
