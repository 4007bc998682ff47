"""What things are: document types, records, identifiers, procedures, the gazetteer. Pure data, no I/O."""
