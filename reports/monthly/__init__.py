"""The monthly report: one model from figures that can be read again, written as HTML, PDF, DOCX and XLSX."""
