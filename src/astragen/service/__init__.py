"""The service: films ordered over HTTP, made by workers that may die."""
