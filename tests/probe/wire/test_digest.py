"""Login proofs: what devices offer, what we answer, and nothing that breaks on the way."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.wire.digest import Challenge, authorization, best, parse_challenges, parse_parameters, wsse

WORDS = st.text(st.sampled_from("abc XYZ019,;=:/+-_.()@"), max_size=20)


def answer(challenge: Challenge, **changes: object) -> str:
    asked: dict[str, object] = {
        "user": "Mufasa",
        "password": "Circle Of Life",
        "method": "GET",
        "uri": "/dir/index.html",
        "cnonce": "0a4f113b",
        "count": 1,
    }
    return authorization(challenge, **{**asked, **changes})  # type: ignore[arg-type]


def test_md5_answers_as_rfc_2617_shows() -> None:
    challenge = Challenge(
        "digest",
        "testrealm@host.com",
        "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "5ccc069c",
        "",
        ("auth", "auth-int"),
    )
    assert 'response="6629fae49393a05397450978507c4ef1"' in answer(challenge)


def test_sha_256_answers_as_rfc_7616_shows() -> None:
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    challenge = Challenge("digest", "http-auth@example.org", nonce, None, "SHA-256", ("auth",))
    header = answer(
        challenge, password="Circle of Life", cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    )
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in header


def test_two_challenges_in_one_line_are_two() -> None:
    line = 'Digest realm="a, b", nonce=xyz, qop="auth,auth-int", stale=TRUE, Basic realm="a"'
    first, second = parse_challenges([line])
    assert first == Challenge("digest", "a, b", "xyz", None, "", ("auth", "auth-int"), stale=True)
    assert second == Challenge("basic", "a")


def test_odd_spelling_is_understood() -> None:
    assert parse_challenges(['DIGEST Realm = "IP Camera(C1214)",NONCE="9f",Algorithm="md5"']) == (
        Challenge("digest", "IP Camera(C1214)", "9f", None, "md5"),
    )


def test_sha_256_goes_before_md5_and_basic_comes_last() -> None:
    offers = parse_challenges(
        [
            'Basic realm="x"',
            'Digest realm="x", nonce="1", algorithm=MD5',
            'Digest realm="x", nonce="2", algorithm=SHA-256',
        ]
    )
    chosen = best(offers)
    assert chosen is not None
    assert chosen.algorithm == "SHA-256"


def test_what_we_cannot_answer_is_not_chosen() -> None:
    assert best(parse_challenges(["Negotiate abc=", 'Digest realm="x", nonce="1", algorithm=TIGER'])) is None


def test_no_algorithm_is_sent_where_none_was_named() -> None:
    assert "algorithm" not in answer(Challenge("digest", "r", "n", qop=("auth",)))


def test_an_old_challenge_without_qop_gets_no_counter() -> None:
    assert not re.search(r"\b(?:nc|cnonce|qop)=", answer(Challenge("digest", "r", "n")))


def test_auth_int_depends_on_the_body() -> None:
    challenge = Challenge("digest", "r", "n", qop=("auth-int",))
    assert answer(challenge, body=b"a") != answer(challenge, body=b"b")


def test_basic_is_user_and_password() -> None:
    assert answer(Challenge("basic", "r"), user="Aladdin", password="open sesame") == (
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    )


def test_created_ends_in_z_whatever_the_zone() -> None:
    created = datetime(2026, 5, 1, 8, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    assert "<u:Created>2026-05-01T00:00:00.123Z</u:Created>" in wsse("u", "p", created=created, nonce=b"n")


def test_a_password_digest_is_what_the_standard_says() -> None:
    # Made by openssl: printf nonce+created+password | openssl dgst -sha1 -binary | base64
    header = wsse("u", "secret", created=datetime(2026, 1, 1, tzinfo=UTC), nonce=b"0123456789abcdef")
    assert '#PasswordDigest">Jcd++c9gZ/c4zFSpJtkPJ3kxLec=</w:Password>' in header


def test_a_user_name_is_escaped_in_xml() -> None:
    assert "<w:Username>a&lt;b&amp;c</w:Username>" in wsse("a<b&c", "p", created=datetime.now(UTC), nonce=b"")


@given(
    WORDS,
    WORDS,
    st.none() | WORDS,
    st.sampled_from(["", "MD5", "SHA-256", "MD5-sess"]),
    st.sampled_from(["", "auth"]),
)
def test_what_is_formatted_is_parsed_back(
    realm: str, nonce: str, opaque: str | None, algorithm: str, qop: str
) -> None:
    challenge = Challenge("digest", realm, nonce, opaque, algorithm, (qop,) if qop else ())
    (parsed,) = parse_parameters(answer(challenge))
    assert parsed.scheme == "digest"
    assert {key: parsed.values.get(key, "") for key in ("realm", "nonce", "algorithm", "qop")} == {
        "realm": realm,
        "nonce": nonce,
        "algorithm": algorithm,
        "qop": qop,
    }
    assert parsed.values.get("opaque") == opaque


@given(st.text())
def test_any_header_gives_challenges_that_can_be_answered_or_not(line: str) -> None:
    chosen = best(parse_challenges([line]))
    assert chosen is None or answer(chosen)


@pytest.mark.parametrize("line", ["", ",,,", "Digest", 'Digest realm="', "=", "Digest =", '"""', "Basic"])
def test_broken_headers_are_survived(line: str) -> None:
    assert isinstance(parse_challenges([line]), tuple)
