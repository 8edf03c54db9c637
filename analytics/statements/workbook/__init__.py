"""A sheet as an Excel workbook whose formulas recompute in the spreadsheet."""
