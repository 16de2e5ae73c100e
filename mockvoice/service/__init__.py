"""What the web and the providers share: a call, a reply, a provider's world. Knows neither HTTP nor a provider."""
