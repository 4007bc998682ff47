"""The head of a paper: agencies, number, place and date, title and excerpt."""
