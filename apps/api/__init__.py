"""The HTTP API below `/api/v1`, thin over the one door (`flows.records`)."""
