"""Looks at pictures with the suite's own eyes, and at the buttons below them."""
