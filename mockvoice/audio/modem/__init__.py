"""A voice that carries its own words: text ↔ symbols ↔ sound. docs/voice.md explains the format."""
