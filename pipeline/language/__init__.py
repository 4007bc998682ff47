"""What Vietnamese can and cannot be: which syllables are possible, and which stand side by side."""
