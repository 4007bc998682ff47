"""Where everything lives: the archive (OCFL on a folder or S3), its index (SQL), the audit log."""
