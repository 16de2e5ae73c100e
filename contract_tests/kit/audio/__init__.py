"""Looks into audio, and asks operations that speak."""
