"""The type of what Records.session yields, for floors that may not know SQLAlchemy."""

from sqlalchemy.orm import Session

__all__ = ["Session"]
