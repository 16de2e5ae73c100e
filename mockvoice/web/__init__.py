"""From a socket to a behaviour and back. Knows HTTP and no provider; the only importer of Starlette."""
