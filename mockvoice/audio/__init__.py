"""Real audio: encode, decode, speak, recognise. The heavy libraries live in a worker process of their own."""
