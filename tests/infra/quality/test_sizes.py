from infra.quality.sizes import long_functions


def test_a_function_of_forty_lines_is_short_enough_and_one_of_forty_one_is_not() -> None:
    body = "    pass\n"

    assert list(long_functions("def f():\n" + body * 39)) == []
    assert list(long_functions("\ndef f():\n" + body * 40)) == [("f", 2, 41)]
