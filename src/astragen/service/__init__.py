"""The service: films ordered over HTTP, made by workers, told of while they are made.

Start reading at `app.create_app`; `house.House` is what every route works with.
"""
