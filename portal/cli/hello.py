"""The yardstick of `bench`: the smallest page that Flask can serve. Nothing else uses it."""

from flask import Flask

app = Flask("hello")


@app.route("/")
def hello() -> str:
    """Hello."""
    return "hello"
