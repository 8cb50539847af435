"""Web and newsletter statistics become months, metrics and values."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.codebook.columns import LeftOut
from evallib.errors import InputError, PrivacyError, Text
from evallib.privacy.undeclared import refuse_undeclared
from evallib.records import SourceTable
from evallib.sources.inbox import read_inbox
from evallib.sources.statistics import read_matomo, read_newsletter
from evallib.sources.undeclared import without_declared

LETTERS = "month;list;subscribers;delivered;unique_opens;unique_clicks;unsubscribes\n"


def matomo(found: Any, name: str = "statistics/matomo_visits.json") -> SourceTable:
    return read_matomo(json.dumps(found).encode(), name)


def values(table: SourceTable) -> list[tuple[str, ...]]:
    columns = ["month", "metric", "product", "value"]
    return list(table.rows[columns].itertuples(index=False, name=None))


def test_visits_are_read_by_month_and_a_month_without_data_is_none() -> None:
    table = matomo({"2025-01": {"nb_visits": 12, "nb_actions": 30}, "2025-02": []})

    assert table.kind == "analytics"
    assert list(table.rows.columns) == list(table.fields) == ["month", "metric", "product", "value", "method"]
    assert values(table) == [("2025-01", "visits", "", "12"), ("2025-02", "visits", "", "0")]
    assert set(table.rows["method"]) == {"Matomo VisitsSummary.get, nb_visits"}


def test_downloads_are_counted_by_hits_and_the_same_label_is_added_up() -> None:
    rows = [{"label": " opas.pdf", "nb_visits": 2, "nb_hits": 3}, {"label": "opas.pdf", "nb_hits": 4}]

    table = matomo({"2025-01": rows, "2025-02": []}, "matomo_downloads.json")

    assert values(table) == [("2025-01", "downloads", "opas.pdf", "7")]


def test_videos_are_counted_by_plays() -> None:
    table = matomo({"2025-01": [{"label": "Metsä", "nb_plays": "5"}]}, "matomo_videos_2025.json")

    assert values(table) == [("2025-01", "video_views", "Metsä", "5")]


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({"result": "error", "message": "no access"}, "answered with an error"),
        ({"nb_visits": 12}, "by month"),
        ({"2025": {"nb_visits": 12}}, "by month"),
        ({"2025-13": {"nb_visits": 12}}, "by month"),
        ([], "by month"),
        ({}, "by month"),
        ({"2025-01": {"nb_actions": 3}}, "no number of visits"),
        ({"2025-01": {"nb_visits": -1}}, "no whole number"),
        ({"2025-01": {"nb_visits": True}}, "no whole number"),
        ({"2025-01": [{"label": "a", "nb_hits": 1}]}, "can't be told"),
    ],
)
def test_other_answers_of_matomo_stop_the_reading(found: Any, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        matomo(found)


def test_a_cut_file_and_a_month_twice_stop_the_reading() -> None:
    with pytest.raises(InputError, match="not whole JSON"):
        read_matomo(b'{"2025-01": {"nb_vis', "matomo.json")
    with pytest.raises(InputError, match="stands twice"):
        read_matomo(b'{"2025-01": {"nb_visits": 1}, "2025-01": {"nb_visits": 2}}', "matomo.json")
    with pytest.raises(InputError, match="label or its count"):
        matomo({"2025-01": [{"label": "a"}]}, "matomo_downloads.json")


def test_letters_of_a_month_are_added_up_and_opens_are_left_out() -> None:
    content = LETTERS + "2025-01;all;100;98;60;10;1\n2025-01;all;104;102;61;5;0\n2025-01;sv;;20;;2;\n"

    assert values(read_newsletter(content.encode(), "newsletter.csv")) == [
        ("2025-01", "subscribers", "all", "104"),
        ("2025-01", "delivered", "all", "200"),
        ("2025-01", "unique_clicks", "all", "15"),
        ("2025-01", "unsubscribes", "all", "1"),
        ("2025-01", "delivered", "sv", "20"),
        ("2025-01", "unique_clicks", "sv", "2"),
    ]


def test_list_and_opens_may_be_left_out_and_the_method_is_kept() -> None:
    content = "month;subscribers;delivered;unique_clicks;unsubscribes;method\n2025-01;100;98;10;1;no robots\n"

    assert set(read_newsletter(content.encode(), "newsletter.csv").rows["method"]) == {"no robots"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "no newsletter file"),
        (LETTERS.replace("delivered", "deliverd"), "no newsletter file"),
        (LETTERS.replace(";delivered", ""), "no newsletter file"),
        (LETTERS + "1/2025;all;100;98;60;10;1\n", "no month"),
        (LETTERS + "2025-01;all;100;98\n", "number of cells"),
        (LETTERS + "2025-01;all;100;98;60;99;1\n", "More people clicked"),
        (LETTERS + "2025-01;all;100;98 %;60;9;1\n", "no whole number"),
    ],
)
def test_other_newsletter_files_stop_the_reading(content: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read_newsletter(content.encode(), "newsletter.csv")


@settings(max_examples=examples(50))
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["2025-01", "nb_visits", "label", "nb_hits", "x"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    ).map(lambda found: json.dumps(found).encode())
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for name in ("matomo_visits.json", "matomo_downloads.json"):
        try:
            table = read_matomo(data, name)
        except InputError as fault:
            assert str(fault)
        else:
            assert table.kind == "analytics"


CAMPAIGNS = (
    "Title,Subject,List,Send Date,Total Recipients,Successful Deliveries,Unique Opens,Open Rate,"
    "Unique Clicks,Unsubscribes\n"
    'A,a,Kaikki,"Mar 22, 2025 10:30 am",1210,"1,200",900,75%,40,3\n'
    'B,b,Kaikki,"Mar 29, 2025 10:30 am",1200,1190,900,75%,10,1\n'
    'C,c,Kaikki,"Apr 5, 2025 10:30 am",1200,1190,900,75%,10,0\n'
)


def test_campaigns_are_added_up_by_month_and_opens_are_nobodys_figure() -> None:
    table = read_newsletter(CAMPAIGNS.encode(), "statistics/newsletter_campaigns.csv")
    found = {(row.month, row.metric): row.value for row in table.rows.itertuples()}
    assert found == {
        ("2025-03", "delivered"): "2390", ("2025-03", "unique_clicks"): "50",
        ("2025-03", "unsubscribes"): "4",
        ("2025-04", "delivered"): "1190", ("2025-04", "unique_clicks"): "10",
        ("2025-04", "unsubscribes"): "0",
    }  # fmt: skip
    assert set(table.rows["product"]) == {"Kaikki"}


AUDIENCE = "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,TAGS"


def test_an_audience_is_counted_and_its_addresses_stay_behind() -> None:
    people = "m@example.org,Maija,2,,,2024-03-16 14:40:47,\ne@example.org,Eino,2,,,2024-05-16 14:40:47,\n"
    content = f"{AUDIENCE}\n{people}"
    table = read_newsletter(content.encode(), "statistics/newsletter_2025-12_subscribed.csv")
    assert table.rows.values.tolist() == [["2025-12", "subscribers", "", "2", "Mailchimp, subscribed"]]
    with pytest.raises(InputError, match="of which month"):
        read_newsletter(content.encode(), "statistics/newsletter_subscribed.csv")


def test_columns_that_such_an_export_does_not_have_are_named_until_they_are_declared() -> None:
    content = f"{AUDIENCE},Puhelin\nm@example.org,M,2,,,2024-03-16 14:40:47,,040 1234567\n"
    table = read_newsletter(content.encode(), "statistics/newsletter_2025-12_subscribed.csv")
    assert [(one.column, one.place) for one in table.undeclared] == [("Puhelin", 8)]
    with pytest.raises(PrivacyError) as caught:
        refuse_undeclared(table)
    repair = caught.value.repair
    assert isinstance(repair, Text)
    assert 'statistics: {identifier: ["Puhelin"]}' in str(repair.values["example"])
    assert "1234567" not in str(caught.value.parts())
    declared = LeftOut.model_validate({"statistics": {"identifier": ["puhelin"]}})
    assert without_declared(table, declared).undeclared == ()
    elsewhere = LeftOut.model_validate({"lists": {"identifier": ["puhelin"]}})
    assert len(without_declared(table, elsewhere).undeclared) == 1


def test_a_field_that_matomo_does_not_have_is_named() -> None:
    known = {"nb_visits": 3, "nb_uniq_visitors": 2, "bounce_count": 1, "sum_visit_length": 9}
    told = {"2025-01": known, "2025-02": known | {"visitorIp": "192.0.2.7"}}
    table = read_matomo(json.dumps(told).encode(), "statistics/matomo_visits.json")
    assert [(one.column, one.cells) for one in table.undeclared] == [("visitorIp", ("192.0.2.7",))]
    content = {"inbox/statistics/matomo_visits.json": json.dumps(told).encode()}
    span = (date(2025, 1, 1), date(2025, 12, 31))
    inbox = read_inbox(content, questionnaires={}, period=span, wave="2025", bots=(), minimum_stay=0)
    (joined,) = inbox.tables
    assert [one.column for one in joined.undeclared] == ["visitorIp"]


def test_who_left_an_audience_is_counted_in_the_month_of_leaving() -> None:
    content = f"{AUDIENCE},UNSUB_TIME\nm@example.org,M,2,,,2024-03-16 14:40:47,,2025-02-01 10:00:00\n"
    table = read_newsletter(content.encode(), "statistics/newsletter_unsubscribed.csv")
    assert table.rows.values.tolist() == [["2025-02", "unsubscribes", "", "1", "Mailchimp, unsubscribed"]]


def test_a_campaign_with_more_clicks_than_mails_is_refused() -> None:
    with pytest.raises(InputError, match="More people clicked"):
        read_newsletter(CAMPAIGNS.replace(",10,0", ",2000,0").encode(), "newsletter.csv")
