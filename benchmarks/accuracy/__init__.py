"""How right the platform's models and findings are, on meters of buildings that stand somewhere."""
