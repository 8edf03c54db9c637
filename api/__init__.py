"""HTTP: JSON for machines, pages for people."""
