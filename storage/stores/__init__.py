"""Where the bytes lie: one small protocol, a folder and any S3-compatible server."""
