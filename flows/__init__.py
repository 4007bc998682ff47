"""In what order: settings, composition of the parts, the Prefect flows for counter, backlog and upkeep."""
