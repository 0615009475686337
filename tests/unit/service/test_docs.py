import re

import pytest

from astragen.service.routes.docs import _KINDS


@pytest.mark.parametrize("path", ["/docs", *(f"/static/{name}" for name in _KINDS)])
def test_the_docs_load_nothing_from_elsewhere(asking, path):
    """No address of another site, no inline script or style: the policy would stop both."""
    text = asking.get(path).text

    assert not re.search(r"(https?:)?//[a-z]", text)
    assert not re.search(r"<script>|<style|\son\w+=|style=|innerHTML|eval\(", text)


def test_all_that_the_page_names_is_there(asking):
    """Under the path that it is named by, as what it is."""
    page = asking.get("/docs")
    named = set(re.findall(r'(?:src|href)="([^"]+)"', page.text))

    assert page.headers["content-type"].startswith("text/html")
    assert {f"/static/{name}" for name in _KINDS} < named
    assert all(asking.get(path).status_code == 200 for path in named)
    assert asking.get("/static/docs.js").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("name", ["docs.html", "nothing.js", "..%2Fapp.py", "%2e%2e%2fapp.py", "..\\app.py"])
def test_nothing_else_is_served(asking, name):
    """Names are looked up in a table, and are no paths."""
    assert asking.get(f"/static/{name}").status_code == 404
