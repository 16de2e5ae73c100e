"""Conversations over a WebSocket (`x-voice-websockets`): what is documented, how one is held, and its judges."""
