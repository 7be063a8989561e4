"""The table of hours: its columns, and the other words that offices put at their heads."""

from __future__ import annotations

from datetime import date
from typing import Final

from vapup.imports.columns import Column, Reads, SheetForm

SHEET: Final = "業務日誌"

COLUMNS: Final = (
    Column(
        name="worked_on",
        label="日付",
        synonyms=("従事日", "年月日", "作業日", "業務日", "月日", "日"),
        reads=Reads.DAY,
        required=True,
        help="年を付けて入力します。",
        example=date(2026, 11, 16),
        width=12,
    ),
    Column(
        name="worker",
        label="従事者",
        synonyms=("氏名", "担当者", "担当", "名前", "従事者名", "作業者"),
        most=120,
        help="従事者の氏名。空欄の行は、取り込むときに選んだ人の時間になります。",
        example="佐藤 花子",
    ),
    Column(
        name="starts",
        label="開始",
        synonyms=("開始時刻", "開始時間", "始業", "自", "から"),
        reads=Reads.CLOCK,
        required=True,
        help="9:00、0900 など。",
        example="9:00",
        width=8,
    ),
    Column(
        name="ends",
        label="終了",
        synonyms=("終了時刻", "終了時間", "終業", "至", "まで"),
        reads=Reads.CLOCK,
        help="24:00 まで。日をまたぐ時間は、日ごとに行を分けます。空欄なら、開始と時間から計算します。",
        example="12:30",
        width=8,
    ),
    Column(
        name="rest",
        label="休憩",
        synonyms=("休憩時間", "休憩(分)", "うち休憩", "控除時間"),
        reads=Reads.LENGTH,
        help="60(分)、1:00 など。",
        example="0:30",
        width=8,
    ),
    Column(
        name="length",
        label="時間",
        synonyms=("従事時間", "作業時間", "時間数", "実働時間", "実働", "工数", "時間(h)"),
        reads=Reads.LENGTH,
        help="3:00、3.0 など。開始・終了・休憩と合うことを確かめます。",
        example="3:00",
        width=8,
    ),
    Column(
        name="work",
        label="業務",
        synonyms=("業務区分", "業務番号", "業務名", "区分", "作業区分", "費目"),
        reads=Reads.WORK,
        help="見積の業務の番号(1-2)か名前。空欄の行は、取り込んだ後で業務を選びます。",
        example="1-1",
        width=20,
    ),
    Column(
        name="content",
        label="業務内容",
        synonyms=("内容", "作業内容", "業務の内容", "摘要", "業務内容(具体的に記載)"),
        required=True,
        most=300,
        help="誰と何をしたかが分かるように書きます。",
        example="資金繰り表の前提を社長に聞き取り",
        width=40,
    ),
    Column(
        name="place",
        label="場所・相手方",
        synonyms=("場所", "相手方", "相手", "訪問先", "場所/相手方", "実施場所", "備考"),
        most=100,
        example="事業者の本社",
        width=20,
    ),
    Column(
        name="case",
        label="案件番号",
        synonyms=("案件", "案件no", "案件no.", "番号"),
        most=30,
        help="空欄の行は、取り込むときに選んだ案件の時間になります。",
        example="C-2026-0012",
    ),
)
FORMS: Final = (SheetForm(SHEET, "1行が1件の仕事です。", COLUMNS, ("worked_on", "worker", "content"), required=True),)
HEADS: Final = tuple(column.label for column in COLUMNS)
