"""How well records are understood: fields, types, splits, and what is offered as sure, on fresh seeds and all levels."""
