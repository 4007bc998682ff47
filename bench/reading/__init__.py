"""Reading, side by side: our ``sohoa read``, bare Tesseract and OCRmyPDF on the same pages in one run."""
