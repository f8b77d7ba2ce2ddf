import pytest

from infra.quality.prose import found_in

# Put together here, so that this file holds none of them.
BAD = [
    ("-----BEGIN RSA " + "PRIVATE KEY-----", "a private key"),
    ("AKIA" + "ABCDEFGHIJKLMNOP", "a key of a cloud provider"),
    ("gh" + "p_0123456789abcdef0123", "an access token"),
    ("wh" + "sec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a secret of a webhook"),
    ("https://py" + "pi.org/simple", "the address of a package registry"),
    ("cd /wor" + "k/main", "a path of one machine"),
    ("# TO" + "DO later", "unfinished business"),
]


@pytest.mark.parametrize(("line", "what"), BAD)
def test_what_has_no_place_in_a_repository_is_found_with_its_line(line: str, what: str) -> None:
    assert list(found_in(f"fine\n{line}\n")) == [(2, f"This looks like {what}.")]


@pytest.mark.parametrize(
    "line", ["whsec_… in base64", "/files/sha256/ab/cd.webp", "https://example.org/home/news", "the work/home balance"]
)
def test_ordinary_lines_are_left_alone(line: str) -> None:
    assert list(found_in(line)) == []
