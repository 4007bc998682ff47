"""From settings to the keys that sign; one that does not answer rests a while."""
