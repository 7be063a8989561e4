"""JSON that is read strictly: nothing repeated, endless or fractional becomes an amount."""

from __future__ import annotations

import pytest

from subsidies.enums import CostCategory
from subsidies.rules.request import LARGEST_YEN, InvalidRequest, parse_request, read_request
from subsidies.rules.strict_json import REPEATED, NotJson, Unusable, read_json

DAY = '"frame": "vup", "accepted_on": "2025-06-02"'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-0", 0),
        ('"金額"', "金額"),
        ("[]", []),
        ("{}", {}),
        ('{"a": {"b": [1, null, true]}}', {"a": {"b": [1, None, True]}}),
        ("99999999999999999999", 99999999999999999999),
        (' \n{"a": 1}\t', {"a": 1}),
    ],
)
def test_plain_json_is_what_it_says(text: str, value: object) -> None:
    found = read_json(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1, "a": 1}', {"a": REPEATED}),
        ('{"a": 1, "b": 2, "a": 3}', {"a": REPEATED, "b": 2}),
        ('{"a": 1, "\\u0061": 1}', {"a": REPEATED}),
        ('{"a": {"b": 1, "b": 2}}', {"a": {"b": REPEATED}}),
        ('[{"a": 1}, {"a": 1}]', [{"a": 1}, {"a": 1}]),
        ('{"a": {"a": 1}}', {"a": {"a": 1}}),
    ],
)
def test_a_repeated_key_is_marked_in_its_own_object_only(text: str, value: object) -> None:
    found = read_json(text)
    assert found == value
    assert str(found).count("REPEATED") == str(value).count("REPEATED")


@pytest.mark.parametrize("text", ["1.0", "1e3", "-1.5E+2", "NaN", "Infinity", "-Infinity"])
def test_what_is_written_as_a_fraction_stays_no_whole_number(text: str) -> None:
    assert type(read_json(text)) is float
    with pytest.raises(InvalidRequest) as refused:
        read_request(f'{{{DAY}, "costs": {{"planning": {text}}}}}')
    assert refused.value.field == "costs.planning"


@pytest.mark.parametrize("digits", [4_301, 50_000])
def test_an_endless_number_is_marked_and_the_rest_is_read(digits: int) -> None:
    found = read_json(f'{{"a": {"9" * digits}, "b": 1}}')
    assert found == {"a": Unusable.TOO_LONG, "b": 1}
    with pytest.raises(InvalidRequest) as refused:
        read_request(f'{{{DAY}, "costs": {{"planning": {"9" * digits}}}}}')
    assert refused.value.field == "costs.planning"
    assert len(refused.value.message) < 100


@pytest.mark.parametrize("text", ["", " ", "{", "{'a': 1}", '{"a": 1,}', "01", "+1", "１", "undefined", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(NotJson):
        read_json(text)
    with pytest.raises(InvalidRequest) as refused:
        read_request(text)
    assert (refused.value.code, refused.value.field) == ("invalid_request", None)
    assert refused.value.message == "JSONとして読めません。"


@pytest.mark.parametrize(
    ("parts", "field", "message"),
    [
        (
            '"costs": {"planning": -1}',
            "costs.planning",
            "costs.planning は 0 以上 1,000,000,000,000 以下の整数(円)で指定してください。",
        ),
        ('"costs": {"planning": 1, "planning": 1}', "costs.planning", "costs.planning が重複しています。"),
        ('"costs": {"travel": 1}', "costs.travel", "costs.travel という項目はありません。"),
        ('"costs": 1', "costs", "costs は費用区分ごとの金額を持つオブジェクトにしてください。"),
        ('"monitoring_periods": {}', "monitoring_periods", "monitoring_periods は配列にしてください。"),
        (
            '"monitoring_periods": [{}]',
            "monitoring_periods[0].category",
            "monitoring_periods[0].category がありません。",
        ),
        (
            '"monitoring_periods": [{"category": "monitoring_closing", "ends_on": "2025-06-01", "cost": 1}]',
            "monitoring_periods[0].ends_on",
            "対象期間の最終日 2025-06-01 が受理日 2025-06-02 より前です。",
        ),
        (
            '"costs": {"monitoring_closing": 1}, "monitoring_periods": [{"category": "monitoring_closing", "cost": 1}]',
            "monitoring_periods[0].category",
            "伴走支援費用(決算期)は costs にもあります。どちらか一方で指定してください。",
        ),
        ('"memo": 1', "memo", "memo という項目はありません。"),
        ('"enterprise": 1, "enterprise": 2', "enterprise", "enterprise が重複しています。"),
    ],
)
def test_a_refusal_is_a_whole_sentence_with_the_place(parts: str, field: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_request(f"{{{DAY}, {parts}}}")
    assert refused.value.field == field
    assert refused.value.message == message


def test_a_good_request_becomes_its_values() -> None:
    request = read_request(f'{{{DAY}, "costs": {{"planning": {LARGEST_YEN}, "negotiation": 0}}}}')
    assert request.costs == {CostCategory.PLANNING: 10**12, CostCategory.NEGOTIATION: 0}
    assert (request.estimates, request.past_subsidies, request.monitoring_periods) == ({}, {}, ())
    assert request.annual_sales_yen is None
    with pytest.raises(InvalidRequest):
        parse_request({"frame": "vup", "accepted_on": "2025-06-02", "costs": {"planning": True}})
