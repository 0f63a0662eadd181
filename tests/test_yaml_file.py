"""YAML that people write: plain decimal numbers, each key once, bounded, one sentence."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import igmfat_nb
from igmfat_nb.errors import IgmFatError
from igmfat_nb.trial.design import design_of, read_design
from igmfat_nb.yaml_file import MOST_BYTES, MOST_VALUES, read_yaml, yaml_document

ARMS = "arms: [standard, deficit]\n"
PLAIN = {
    "356": 356,
    "-5": -5,
    "+5": 5,
    "0": 0,
    "0.30": 0.3,
    ".5": 0.5,
    "1.": 1.0,
    "1e3": 1000.0,
    "2.5E-3": 0.0025,
    "9007199254740993": 2**53 + 1,
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
    "no": "no",
    "yes": "yes",
    "on": "on",
    "2026-03-01": "2026-03-01",
    "mg/dL": "mg/dL",
    "'0356'": "0356",
    '"72:00"': "72:00",
    "5 mg": "5 mg",
}
#: What YAML 1.1 or 1.2 reads as another number than a person does, or as none.
DOUBTFUL = (
    *("0356", "08", "00", "007.5", "-0356", "0x1F", "0X1f", "0b101", "0o17", "1_000", "1__0"),
    *("-1_0", "0_1", "1_000.5", "0.3_5", "72:00", "1:2", "190:20:30", "190:20:30.15"),
    *("12:30:45.5", ".inf", "-.inf", "+.INF", ".nan", ".NaN", "0,5", "1.000,5", "-3,5"),
)
REFUSED = {
    "more than a float holds": ("a: 1e400", "line 1: “1e400” is not a finite number"),
    "more digits than are read": (f"a: {'9' * 5000}", "a number has too many digits"),
    "a key twice": ("a: 1\nb: {c: 1,\n c: 2}", "line 3: “c” occurs twice"),
    "a key twice, spelled otherwise": ("1: x\n1.0: y", "occurs twice"),
    "an octal by its tag": ("a: !!int 0356", "“0356” is not a whole number"),
    "a word as truth by its tag": ("a: !!bool yes", "neither true nor false"),
    "infinity by its tag": ("a: !!float .inf", "not a finite number"),
    "a Python object": ("a: !!python/object/apply:os.getcwd []", "not supported"),
    "an unknown tag": ("a: !x 5", "the tag !x is not supported"),
    "half a character": ('a: "\\ud800"', "half a character"),
    "a list as a key": ("? [1]\n: 2", "a name is one text"),
    "two documents": ("a: 1\n---\nb: 2", "another document"),
    "an alias of nothing": ("a: *b", "undefined alias"),
    "an alias within itself": ("a: &a [*a]", "nested too deeply"),
    "depth": ("[" * 60 + "]" * 60, "nested too deeply"),
    "more depth than Python has": ("[" * 20_000, "nested too deeply"),
    "depth by aliases": (
        "\n".join(["a0: &a0 [[[[[1]]]]]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 50)]),
        "nested too deeply",
    ),
    "aliases that grow": (
        "\n".join(
            ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
            + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
        ),
        f"more than {MOST_VALUES:,} values",
    ),
    "a control character": ("a: \x00", "unacceptable character"),
    "a tab": ("a:\n\t- b", "line 2"),
    "an open list": ("a: [", "line 1"),
}


@pytest.mark.parametrize("written", PLAIN)
def test_plain_values_are_read_as_a_person_reads_them(written):
    value = yaml_document(f"a: {written}", "d.yaml")["a"]

    assert value == PLAIN[written]
    assert type(value) is type(PLAIN[written])


@pytest.mark.parametrize("written", DOUBTFUL)
@pytest.mark.parametrize("frame", ["a: {}", "- {}", "{}: a", "a: &x {}"])
def test_a_number_that_is_not_plain_decimal_is_refused_with_its_line(written, frame):
    with pytest.raises(IgmFatError, match=re.escape(f"line 1: “{written}” is not a plain decimal")):
        yaml_document(frame.format(written), "d.yaml")


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_one_reading_is_one_sentence_that_names_the_file(name):
    text, words = REFUSED[name]

    with pytest.raises(IgmFatError) as refusal:
        yaml_document(text, "d.yaml")

    assert words in str(refusal.value)
    assert str(refusal.value).startswith("d.yaml")
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).isprintable()


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        yaml_document(text, "d.yaml")
    except IgmFatError as refusal:
        assert str(refusal).startswith("d.yaml")


@given(st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_of_a_number_is_read_as_that_number(number):
    assert yaml_document(f"a: {number!r}", "d.yaml")["a"] == number


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a: \xff", "not UTF-8"),
        ("a: 1".encode("utf-16"), "not UTF-8"),
        (b"a: 1 # " + b"x" * MOST_BYTES, "larger than"),
        (b"\xef\xbb\xbfa: 1", None),
    ],
)
def test_a_file_is_utf_8_and_small(tmp_path, raw, words):
    path = tmp_path / "d.yaml"
    path.write_bytes(raw)

    if words is None:
        assert read_yaml(path) == {"a": 1}
        return
    with pytest.raises(IgmFatError, match=f"d.yaml is {words}"):
        read_yaml(path)


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_no_file_is_one_sentence(tmp_path, name):
    with pytest.raises(IgmFatError):
        read_yaml(tmp_path / name)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("patients: 0356", "line 2: “0356”"),
        ("patients: '0356'", "patients is “0356”; expected a whole number"),
        ("patients: '1_000'", "patients is “1_000”; expected a whole number"),
        ("truth: {vasopressor_median_h: 72:00}", "line 2: “72:00”"),
        ("truth: {vasopressor_median_h: '72'}", "is “72”; expected a number"),
        ("truth: {label_rate_limit: yes}", "is “yes”; expected true or false"),
        ("truth: {label_rate_limit: 1}", "is 1; expected true or false"),
        ("analysis: {looks: ['0.5']}", "is “0.5”; expected a number"),
        ("grid: {patients: [356, 0700]}", "line 2: “0700”"),
    ],
)
def test_a_design_takes_plain_decimal_numbers_only(tmp_path, line, words):
    (tmp_path / "d.yaml").write_text(f"{ARMS}{line}\n")

    with pytest.raises(IgmFatError) as refusal:
        read_design(tmp_path / "d.yaml")

    assert words in str(refusal.value)


def test_an_arm_file_is_read_the_same_way(tmp_path):
    (tmp_path / "mine.yaml").write_text("name: mine\nrule: deficit\ntarget_mg_dl: 0120\n")

    with pytest.raises(IgmFatError, match=r"mine\.yaml: line 3: “0120”"):
        design_of({"arms": ["standard", "mine.yaml"]}, tmp_path)


def test_no_other_module_of_the_package_reads_yaml():
    package = Path(igmfat_nb.__file__).parent
    readers = [
        path.name
        for path in package.rglob("*.py")
        if re.search(
            r"\byaml\.\w*(load|Loader|parse|compose|scan)", path.read_text(encoding="utf-8")
        )
    ]

    assert readers == ["yaml_file.py"]
