"""JSON, one noun a file; each offers ROUTER."""
