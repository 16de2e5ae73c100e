"""Aims Schemathesis at a provider, and ties what it finds to facts of the spec."""
