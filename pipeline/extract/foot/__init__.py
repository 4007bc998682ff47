"""The foot of a paper: recipients and signers."""
