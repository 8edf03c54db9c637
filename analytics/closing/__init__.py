"""From a draft to a signed sheet, and what is done when figures change afterwards."""
