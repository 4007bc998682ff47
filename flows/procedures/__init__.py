"""The national catalogue of procedures: imported, and drafted from its prose."""
