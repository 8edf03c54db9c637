"""How the tables of the records came to be, step by step; Alembic runs the steps."""
