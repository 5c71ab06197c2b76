import re
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeaws.sim.chance import Chance


def draws(chance, name, count=5):
    return [chance.stream(name).random() for _ in range(count)]


@given(st.integers(), st.text("abc/-", max_size=5))
def test_the_same_seed_draws_the_same(seed, name):
    """Any whole number is a seed, any text the name of a stream."""
    assert draws(Chance(seed), name) == draws(Chance(seed), name)


def test_another_seed_draws_otherwise():
    """Seeds that are neighbours have nothing in common."""
    assert draws(Chance(0), "a") != draws(Chance(1), "a")


def test_streams_draw_otherwise():
    """Each name has its own draws."""
    chance = Chance(0)
    assert draws(chance, "a") != draws(chance, "b")


def test_drawing_from_one_stream_leaves_the_others_alone():
    """A new use of randomness in one place changes no id in another."""
    alone, beside = Chance(0), Chance(0)
    draws(beside, "b")
    assert draws(beside, "a") == draws(alone, "a")


def test_a_stream_goes_on_where_it_was():
    """Asking for a stream again does not start it again."""
    chance = Chance(0)
    first, again = draws(chance, "a"), draws(chance, "a")
    assert [*first, *again] == draws(Chance(0), "a", 10)


def test_a_seed_draws_the_same_on_every_platform():
    """The ids of a seed are fixed for ever."""
    assert Chance(0).ids("sqs/message-ids").next() == "98d71b89-2935-48e8-9e94-24cbd597d889"


def test_a_source_of_ids_goes_on_where_it_was():
    """Asking for it again neither starts it again nor leaves any out."""
    chance = Chance(0)
    ids = Chance(0).ids("ids")

    assert [chance.ids("ids").next() for _ in range(100)] == [ids.next() for _ in range(100)]


@given(st.integers(), st.integers(1, 50))
def test_a_source_of_digits_has_texts_of_one_length(seed, count):
    """Hexadecimal, lower case, each drawn anew."""
    digits = Chance(seed).digits("digits", count)
    texts = [digits.next() for _ in range(70)]

    assert all(re.fullmatch(f"[0-9a-f]{{{count}}}", text) for text in texts)
    assert count < 16 or len({*texts}) == len(texts)


@given(st.integers())
def test_an_id_is_a_random_uuid(seed):
    """Version 4, variant of RFC 9562, lower case with hyphens, each of 128 bits of its own."""
    chance = Chance(seed)
    texts = [chance.ids("ids").next() for _ in range(1_000)]
    stream = Chance(seed).stream("ids")
    drawn = [str(UUID(int=stream.getrandbits(128), version=4)) for _ in texts]

    assert texts == drawn
    text = texts[-1]
    assert re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text)
