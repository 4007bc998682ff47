"""Handing over to the historical archive: E-ARK CSIP packages (https://earkcsip.dilcis.eu) with METS, EAD, PREMIS."""
