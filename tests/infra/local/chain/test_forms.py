"""Is a form read as a browser would send it?"""

import pytest

from infra.local.chain.forms import form_with, forms_of

PAGE = """
<form action="/search"><input name="q"></form>
<form method="post" action="/save">
  <input type="hidden" name="token" value="a&amp;b">
  <input name="title" value="Old">
  <input type="checkbox" name="ticked" checked><input type="checkbox" name="open" value="1">
  <input type="radio" name="scope" value="tool"><input type="radio" name="scope" value="edition" checked>
  <input type="submit" name="publish" value="Publish"><input name="locked" value="x" disabled>
  <textarea name="text">
Line 1
&lt;b&gt;</textarea>
  <select name="licence"><option value="">–</option><option value="7" selected>CC BY</option></select>
  <select name="language"><option value="en">English</option><option value="fr">French</option></select>
  <select name="themes" multiple><option value="1">Privacy</option></select>
</form>
"""


def test_every_field_is_sent_as_a_browser_would() -> None:
    form = form_with(PAGE, "title")

    assert (form.action, form.method) == ("/save", "post")
    assert form.filled(title="New", lists=["a", "b"]) == {
        "token": ["a&b"],
        "title": ["New"],
        "ticked": ["on"],
        "scope": ["edition"],
        "text": ["Line 1\n<b>"],
        "licence": ["7"],
        "language": ["en"],
        "lists": ["a", "b"],
    }


def test_a_form_that_is_not_there_is_said_so() -> None:
    assert len(forms_of(PAGE)) == 2
    with pytest.raises(LookupError, match="no form with the field password"):
        form_with(PAGE, "password")
