"""Pseudonyms and the key: who is who only within one purpose, and the key never shows."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evallib.errors import PrivacyError
from evallib.privacy.keys import demo_key, is_weak, key_from, load_key, make_key, new_secret
from evallib.privacy.pseudonyms import is_address, normal_form, pseudonym, stand_in

KEY = key_from(bytes(range(32)))
words = st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=12)
addresses = st.builds(lambda local, host: f"{local}@{host}.example.org", words, st.sampled_from("abc"))


@given(addresses, st.sampled_from(["", " ", "\t", "\u00a0", "\u200b"]))
def test_case_and_blanks_around_an_address_do_not_make_another_person(address, blank):
    assume(address.upper().casefold() == address.casefold())
    assert pseudonym(blank + address.upper() + blank, "q2", KEY) == pseudonym(address, "q2", KEY)


@given(addresses, words, words)
def test_two_purposes_never_share_a_pseudonym(address, one, other):
    assume(one != other)
    assert pseudonym(address, one, KEY) != pseudonym(address, other, KEY)


@given(addresses, addresses)
def test_two_addresses_never_share_a_pseudonym(one, other):
    assume(normal_form(one) != normal_form(other))
    assert pseudonym(one, "q2", KEY) != pseudonym(other, "q2", KEY)


@given(st.text())
def test_the_normal_form_of_a_normal_form_is_itself(written):
    assert normal_form(normal_form(written)) == normal_form(written)


def test_one_address_has_one_normal_form_in_every_spelling():
    spellings = [
        "Aino.Mäki@Exämple.org",
        " aino.mäki@xn--exmple-cua.org\n",
        "aino.ma\u0308ki@EXÄMPLE.ORG.",
        "aino.mäki＠exämple.org",
    ]
    assert {normal_form(one) for one in spellings} == {"aino.mäki@xn--exmple-cua.org"}


def test_plus_tags_are_kept_unless_the_project_says_otherwise():
    assert normal_form("aino+news@example.org") == "aino+news@example.org"
    assert normal_form("aino+news@example.org", plus_tags=False) == "aino@example.org"
    assert normal_form("+@example.org", plus_tags=False) == "+@example.org"


def test_the_pseudonym_stays_the_same_in_later_versions():
    assert pseudonym("aino@example.org", "participation", demo_key()) == "p_g6vuajllhhzs36ntmt5dkdehsi"


def test_another_key_gives_other_pseudonyms_and_another_id():
    other = key_from(bytes(32))
    assert other.key_id != KEY.key_id
    assert pseudonym("aino@example.org", "q2", other) != pseudonym("aino@example.org", "q2", KEY)


@pytest.mark.parametrize("written", ["", " ", "-", "aino", "aino@", "@example.org", "a b@example.org", "a@b"])
def test_without_an_address_there_is_no_pseudonym(written):
    assert not is_address(written)
    with pytest.raises(PrivacyError):
        pseudonym(written, "q2", KEY)


def test_a_stand_in_is_never_the_pseudonym_of_an_address():
    address = "aino@example.org"
    assert stand_in(KEY, "q2", address) != pseudonym(address, "q2", KEY)
    assert stand_in(KEY, "q2", "ab", "c") != stand_in(KEY, "q2", "a", "bc")


def test_the_key_is_not_shown():
    secret = "ab" * 32
    key = key_from(bytes.fromhex(secret))
    assert secret not in repr(key) and "\\xab" not in repr(key)
    assert key.key_id not in secret


def test_the_demo_key_says_that_it_is_public():
    assert load_key("demo", "1", "2023-2027").public
    assert "public" in demo_key().key_id
    assert not KEY.public


def test_a_key_comes_from_an_environment_variable(monkeypatch):
    secret = new_secret()
    monkeypatch.setenv("PROJECT_KEY", secret + "\n")
    assert load_key("env:PROJECT_KEY", "1", "2023-2027") == key_from(bytes.fromhex(secret))


@pytest.mark.parametrize("written", ["short", "ab" * 31, "zz" * 32])
def test_a_key_that_does_not_fit_is_refused_without_showing_it(monkeypatch, written):
    monkeypatch.setenv("PROJECT_KEY", written)
    with pytest.raises(PrivacyError) as caught:
        load_key("env:PROJECT_KEY", "1", "2023-2027")
    assert all(written not in str(part) for part in caught.value.parts().values())


@pytest.mark.parametrize(
    "secret",
    [bytes(32), bytes.fromhex("0123456789abcdef" * 4), bytes(range(32)), bytes.fromhex("1234567" * 9 + "1")],
)
def test_a_key_that_can_be_guessed_is_weak(secret):
    assert is_weak(secret)


def test_no_random_key_is_weak():
    assert not any(is_weak(bytes.fromhex(new_secret())) for _ in range(2000))


def test_a_missing_key_says_how_to_make_one(monkeypatch):
    monkeypatch.delenv("PROJECT_KEY", raising=False)
    with pytest.raises(PrivacyError) as caught:
        load_key("env:PROJECT_KEY", "1", "2023-2027")
    assert "PROJECT_KEY" in str(caught.value.found) and "hexadecimal" in str(caught.value.repair)
    with pytest.raises(PrivacyError, match="no place for a key"):
        load_key("file:key.txt", "1", "2023-2027")


@pytest.fixture
def keyring(monkeypatch):
    """A keyring in memory instead of the computer's own."""
    kept: dict[tuple[str, str], str] = {}
    fake = ModuleType("keyring")
    fake.errors = ModuleType("keyring.errors")
    fake.errors.KeyringError = type("KeyringError", (Exception,), {})
    fake.get_password = lambda service, user: kept.get((service, user))
    fake.set_password = lambda service, user, password: kept.update({(service, user): password})
    monkeypatch.setitem(sys.modules, "keyring", fake)
    monkeypatch.setitem(sys.modules, "keyring.errors", fake.errors)
    return SimpleNamespace(kept=kept, module=fake)


def test_a_new_key_lies_in_the_keyring_for_one_programme_period(keyring):
    with pytest.raises(PrivacyError, match="missing"):
        load_key("keyring", "1001", "2023-2027")
    made = make_key("1001", "2023-2027")
    assert load_key("keyring", "1001", "2023-2027") == made
    with pytest.raises(PrivacyError, match="missing"):
        load_key("keyring", "1001", "2014-2022")


def test_a_second_key_is_never_put_over_the_first(keyring):
    made = make_key("1001", "2023-2027")
    with pytest.raises(PrivacyError, match="already"):
        make_key("1001", "2023-2027")
    assert load_key("keyring", "1001", "2023-2027") == made


def test_a_locked_keyring_is_a_known_fault(keyring):
    def locked(service, user):
        raise keyring.module.errors.KeyringError("secret service says no")

    keyring.module.get_password = locked
    with pytest.raises(PrivacyError, match="keyring can't be used") as caught:
        load_key("keyring", "1001", "2023-2027")
    assert "env:NAME" in str(caught.value.repair)
