"""One module a noun of the API; each that has a `router` is part of the app (`app.create_app` finds them)."""
