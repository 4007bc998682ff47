"""What happens to one paper: intake → pages → clean → ocr → split → classify → extract → pdfa → sign | verify."""
