"""The model as a file: HTML, PDF, DOCX, XLSX. A format only prints what the model holds."""
