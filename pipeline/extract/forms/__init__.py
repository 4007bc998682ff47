"""Values after the labels of a form."""
