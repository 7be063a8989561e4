"""Charts in pages and in PDFs: what the templates write, for eyes, for ears and for paper."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from vapup.documents.rendering import print_html
from vapup.ui.charts import Chart, Flow, FlowLook, Party, Place, Series, bars, break_even, flow_map, line, stack
from vapup.ui.templatetags.charts import drawing_style

SHEET = Path(__file__).parents[3] / "static" / "css" / "charts.css"
FORMS = ("bars", "line", "stack", "break_even")
HOSTILE = "<script>alert(1)</script>&\"'"


def charts(name: str = "福岡銀行", *, is_printed: bool = False) -> dict[str, Chart]:
    months, years = ("2026年4月", "2026年5月"), ("2026年", "2027年")
    parties = [
        Party("a", Place.SUPPLIER, name, 1_000, 1000),
        Party("f", Place.FUNCTION, "店舗"),
        Party("r", Place.COMPETITOR, "競合店"),
    ]
    flows = [Flow("a", "f", FlowLook.GOODS, "野菜"), Flow("f", "a", FlowLook.MONEY), Flow("r", "f", FlowLook.OTHER)]
    three = (Series(name, (5, -6)), Series("実績", (7, None)))
    return {
        "bars": bars(id="b", title=name, labels=years, series=three, is_printed=is_printed),
        "line": line(id="l", title=name, labels=months, actual=(5, None), planned=(None, -9), is_printed=is_printed),
        "stack": stack(
            id="s",
            title=name,
            labels=years,
            parts=[Series(f"{name}{number}", (5, 6)) for number in range(8)],
            available=Series("返済原資", (1, 9)),
            is_printed=is_printed,
        ),
        "break_even": break_even(
            id="e", title=name, sales_yen=100, variable_yen=40, fixed_yen=45, is_printed=is_printed
        ),
        "flow_map": flow_map(id="f", title=name, parties=parties, flows=flows, is_printed=is_printed),
    }


def page(kind: str, chart: Chart) -> str:
    return render_to_string(f"charts/{kind}.html", {"chart": chart})


@pytest.mark.parametrize("kind", FORMS)
def test_a_page_has_a_form_for_each_width(kind: str) -> None:
    html = page(kind, charts()[kind])
    assert html.count("<svg") == html.count('role="img"') == 2
    assert "chart__form--wide" in html
    assert "chart__form--narrow" in html
    assert 'tabindex="0" role="group" aria-label="福岡銀行の図"' in html


def test_the_picture_of_a_business_is_moved_sideways() -> None:
    html = page("flow_map", charts()["flow_map"])
    assert html.count("<svg") == 1
    assert re.search(r'<svg viewBox="0 0 \d+ \d+" width="\d+" role="img"', html)
    assert "横に動かして見られます" in html


@pytest.mark.parametrize("kind", [*FORMS, "flow_map"])
def test_each_drawing_names_and_describes_itself(kind: str) -> None:
    chart = charts()[kind]
    html = page(kind, chart)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 2 * html.count("<svg")
    pointed = re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', html)
    assert sorted(pointed) == sorted(ids)
    assert all(one.startswith(f"{chart.id}-") for one in ids)
    assert html.count(f">{chart.title}</title>") == html.count("<desc") == html.count("<svg")


def test_charts_beside_each_other_share_no_id() -> None:
    ids = [one for kind, chart in charts().items() for one in re.findall(r' id="([^"]+)"', page(kind, chart))]
    assert len(ids) == len(set(ids)) == 2 * (4 * 2 + 1)


@pytest.mark.parametrize("kind", [*FORMS, "flow_map"])
def test_a_page_gets_classes_only(kind: str) -> None:
    html = page(kind, charts()[kind])
    assert "style" not in html
    assert not re.search(r"\b(?:fill|stroke|font-\w+)=", html)
    assert re.findall(r"\d\.\d", re.sub(r"<desc.*?</desc>|<text.*?</text>", "", html)) == []


@pytest.mark.parametrize("kind", [*FORMS, "flow_map"])
def test_every_class_of_a_drawing_is_in_the_style_sheet(kind: str) -> None:
    used = {one for css in re.findall(r'class="([^"]+)"', page(kind, charts()[kind])) for one in css.split()}
    sheet = SHEET.read_text(encoding="utf-8")
    bare = {"chart__form"}
    assert {one for one in used if not re.search(rf"\.{re.escape(one)}(?![\w-])", sheet)} - bare == set()
    assert len(used) > 10


@pytest.mark.parametrize("kind", [*FORMS, "flow_map"])
def test_what_users_typed_is_escaped(kind: str) -> None:
    html = page(kind, charts(HOSTILE)[kind])
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("kind", [*FORMS, "flow_map"])
def test_without_data_a_page_says_what_is_missing(kind: str) -> None:
    chart = Chart("x", "売上高", "", None, empty="売上高の金額がまだ入力されていません。")
    html = page(kind, chart)
    assert "<svg" not in html
    assert "売上高の金額がまだ入力されていません。" in html
    assert "empty-state" in html


def test_on_paper_a_drawing_carries_its_style() -> None:
    for kind, chart in charts(is_printed=True).items():
        html = page(kind, chart)
        assert html.count("<svg") == 1
        assert html.count("chart__fill--rising {") + html.count("chart__fill--rising,") == 1
        assert "tabindex" not in html
        assert "max-height" in html
    # Escaped as any text; inside a drawing that is read as it was meant.
    assert "&#x27;BIZ UDGothic&#x27;" in drawing_style()


def test_the_sheet_has_nothing_that_a_drawing_on_paper_does_not_know() -> None:
    sheet = SHEET.read_text(encoding="utf-8")
    drawn = sheet[: sheet.index(".chart {")]
    assert "var(" not in drawn
    assert "@" not in drawn
    # Names of fonts follow their comma at once.
    assert re.findall(r"font-family:[^;]*, ", drawn) == []


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Print all kinds on one page each."""
    parts = "".join(f"<div class='break'>{page(kind, one)}</div>" for kind, one in charts(is_printed=True).items())
    html = f'<!DOCTYPE html><html lang="ja"><head><title>図</title></head><body>{parts}</body></html>'
    path = tmp_path_factory.mktemp("charts") / "charts.pdf"
    path.write_bytes(print_html(html, identifier="charts", is_archival=False).content)
    return path


def test_a_pdf_holds_the_texts_of_the_charts(printed: Path) -> None:
    text = subprocess.run(["pdftotext", str(printed), "-"], check=True, capture_output=True, text=True).stdout
    joined = "".join(text.split())
    for words in ("単位:円", "最低2026年5月△9円", "返済原資", "損益分岐点75円", "実際の売上高100円", "競合店", "野菜"):
        assert words in joined


def test_a_pdf_is_drawn_in_the_colours_of_the_sheet(printed: Path, tmp_path: Path) -> None:
    subprocess.run(["pdftoppm", "-r", "50", "-f", "1", "-l", "1", str(printed), str(tmp_path / "p")], check=True)
    pixels = next(tmp_path.glob("p*.ppm")).read_bytes().split(b"\n", 3)[3]
    colours = {pixels[place : place + 3] for place in range(0, len(pixels), 3)}
    # The bar of what came, #00118f.
    assert bytes((0, 0x11, 0x8F)) in colours
    assert len(colours) > 5


@pytest.mark.parametrize(
    ("others", "points"),
    [
        (1, (45, 52)),  # natural size: five letters of 13 px are 65 px, 48.75 points
        (40, (20, 45)),  # a picture broader or higher than the page is made smaller
    ],
)
def test_a_business_of_few_parties_is_not_enlarged_on_paper(
    others: int, points: tuple[int, int], tmp_path: Path
) -> None:
    parties = [Party("a", Place.SUPPLIER, "石巻魚市場"), Party("b", Place.CUSTOMER, "量販店")]
    rivals = [Party(str(number), Place.COMPETITOR, "競合") for number in range(others - 1)]
    chart = flow_map(id="f", title="図", parties=[*parties, *rivals], flows=[], is_printed=True)
    style = "<style>@page { size: A4 landscape; margin: 15mm }</style>"
    head = f"<head><title>図</title>{style}</head>"
    html = f'<!DOCTYPE html><html lang="ja">{head}<body>{page("flow_map", chart)}</body></html>'
    path = tmp_path / "map.pdf"
    path.write_bytes(print_html(html, identifier="map", is_archival=False).content)
    words = subprocess.run(["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True, text=True).stdout
    found = re.search(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">石巻魚市場<', words)
    assert found is not None
    least, most = points
    assert least < float(found[2]) - float(found[1]) < most
