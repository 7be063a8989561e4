"""What must hold in every file of the project, whoever writes the next one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import models
from django.template import TemplateDoesNotExist, engines

from cases.enums import CaseAction, CaseStage
from cases.workflow import TRANSITIONS
from tests.sources import PACKAGES, ROOT, TEMPLATES, calls, modules, modules_of_tests, name_of, named, templates, tree
from vapup.celery import app as queue

APPS: Final = ("accounts", "cases", "documents", "imports", "monitoring", "subsidies")
# Rendered by Django or a library under a name that no file of ours mentions.
BY_CONVENTION: Final = {
    *("400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "_table.html"),
    "account/password_reset_help_text.html",
}
MARKED_SAFE: Final = {"django/forms/_help.html"}  # help texts hold markup of our own code
TAGS: Final = re.compile(r"{%.*?%}|{#.*?#}", re.DOTALL)
UNSAFE_QUERIES: Final = {"raw", "extra", "RawSQL"}
FROM_KEYWORDS: Final = {"filter", "exclude", "get", "create", "update", "get_or_create", "update_or_create"}
REQUEST_DATA: Final = {"POST", "GET", "data", "body", "headers", "COOKIES"}


def our_models() -> Iterator[type[models.Model]]:
    """Yield the models that we write, without the history tables that pghistory derives from them."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            if "pgh_id" not in {field.name for field in model._meta.fields}:
                yield model


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the length of a function without its docstring, which may be as long as it needs to be."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    docstring = node.body[0] if ast.get_docstring(node) else None
    return total - ((docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0)


def asked_tasks() -> Iterator[tuple[str, str]]:
    """Yield where a task is asked for, and its name, written there or as a constant of the module; or ""."""
    for path in modules():
        constants = {
            target.id: node.value.value
            for node in tree(path).body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for call in calls(path):
            if name_of(call) == "enqueue_on_commit":
                asked = call.args[0]
                found = asked.value if isinstance(asked, ast.Constant) else constants.get(getattr(asked, "id", ""), "")
                yield f"{named(path)}:{call.lineno}", str(found)


def test_the_walk_sees_the_project() -> None:
    assert len(modules()) > 80
    assert len(templates()) > 40
    assert len(list(our_models())) > 12


# --- sizes ---------------------------------------------------------------------------------------------------------


def test_files_stay_small_enough_to_read() -> None:
    sizes = {
        named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in (*modules(), *modules_of_tests())
    }
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_functions_stay_small_enough_to_read() -> None:
    long = {
        f"{named(path)}:{node.name}": lines_of(node)
        for path in modules()
        for node in functions(path)
        if lines_of(node) > 40
    }
    assert long == {}


def test_views_parse_call_one_service_and_answer() -> None:
    paths = [path for path in modules() if path.name == "views.py" or path.parent.name == "views"]
    long = {
        f"{named(path)}:{node.name}": lines_of(node)
        for path in paths
        for node in functions(path)
        if lines_of(node) > 25
    }
    assert long == {}


def test_templates_stay_small_enough_to_read() -> None:
    assert {name: text.count("\n") for name, text in templates().items() if text.count("\n") > 150} == {}


# --- code ----------------------------------------------------------------------------------------------------------


def test_no_form_or_table_takes_all_fields_of_a_model() -> None:
    found = [
        named(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id in {"fields", "exclude"} for target in node.targets)
        and isinstance(node.value, ast.Constant)
        and node.value.value == "__all__"
    ]
    assert found == []


def test_request_data_never_becomes_keywords_of_a_query() -> None:
    found = [
        f"{named(path)}:{call.lineno}"
        for path in modules()
        for call in calls(path)
        if name_of(call) in FROM_KEYWORDS
        and any(
            keyword.arg is None
            and any(isinstance(part, ast.Attribute) and part.attr in REQUEST_DATA for part in ast.walk(keyword.value))
            for keyword in call.keywords
        )
    ]
    assert found == []


def test_no_query_is_written_as_text() -> None:
    found = [
        f"{named(path)}:{call.lineno}" for path in modules() for call in calls(path) if name_of(call) in UNSAFE_QUERIES
    ]
    assert found == []


def test_markup_is_never_declared_safe_in_code() -> None:
    found = [
        f"{named(path)}:{call.lineno}" for path in modules() for call in calls(path) if name_of(call) == "mark_safe"
    ]
    assert found == []


def test_every_task_that_is_asked_for_exists() -> None:
    queue.loader.import_default_modules()
    asked = {task for _place, task in asked_tasks()}
    scheduled = {entry["task"] for entry in queue.conf.beat_schedule.values()}
    assert asked
    assert asked | scheduled <= set(queue.tasks)


def test_tasks_are_asked_for_by_a_name_that_can_be_searched() -> None:
    assert [place for place, task in asked_tasks() if not task] == []


def test_every_module_says_what_it_owns() -> None:
    assert [named(path) for path in modules() if path.read_text().strip() and not ast.get_docstring(tree(path))] == []


# --- templates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"<script(?![^>]*\ssrc=)", id="inline script"),
        pytest.param(r"<style", id="style element"),
        pytest.param(r"\sstyle\s*=", id="style attribute"),
        pytest.param(r"\son[a-z]+\s*=", id="event attribute"),
        pytest.param(r"hx-on|hx-vals=.js:|javascript:", id="script in an attribute"),
        pytest.param(r"\splaceholder\s*=", id="placeholder"),
        pytest.param(r"\shx-[a-z-]+\s*=", id="htmx without data-, which is no HTML"),
    ],
)
def test_the_content_security_policy_has_nothing_to_forbid(pattern: str) -> None:
    pages = {name: text for name, text in templates(kinds=(".html",)).items() if not name.startswith("documents/")}
    assert [name for name, text in pages.items() if re.search(pattern, TAGS.sub("", text))] == []


def test_every_value_in_a_page_is_escaped() -> None:
    pages = templates(kinds=(".html",))
    found = [name for name, text in pages.items() if re.search(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq", text)]
    assert set(found) == MARKED_SAFE


def test_partials_get_only_what_they_name() -> None:
    loose = [
        f"{name}: {tag}"
        for name, text in templates().items()
        if not name.startswith("django/")  # widgets include each other as Django's own do
        for tag in re.findall(r"{%\s*include\b[^%]*%}", text)
        if not re.search(r"\bonly\s*%}$", tag)
    ]
    assert loose == []


def test_forms_in_partials_get_the_token_that_the_browser_must_send() -> None:
    inside = {name for name, text in templates().items() if "/_" in f"/{name}" and "csrf_token %}" in text}
    inside |= {name for name, text in templates().items() if "/_" in f"/{name}" and "{{ csrf_token }}" in text}
    including = re.compile(r'{%\s*include "([^"]+)"([^%]*)%}')
    found = [(name, *call) for name, text in templates().items() for call in including.findall(text)]
    to_forms = [(name, part, given) for name, part, given in found if part in inside]
    assert len(to_forms) >= 8
    assert [one for one in to_forms if "csrf_token=csrf_token" not in one[2]] == []


def test_words_beside_an_amount_stay_together_on_a_phone() -> None:
    """A cell of a card spreads what stands in it over its width: an amount and its 円 must be one thing in there."""
    cell = re.compile(r"<td[^>]*data-label=[^>]*>(.*?)</td>", re.DOTALL)
    whole = re.compile(r"<(div|span|strong|a|ul|p|form|details)\b.*?</\1>", re.DOTALL)
    torn = [
        (name, part.strip())
        for name, text in templates(kinds=(".html",)).items()
        for body in cell.findall(text)
        for part in re.split(r"{%.*?%}", whole.sub("", body))
        if re.search(r"\|yen\s*}}", part) and re.sub(r"{{.*?}}", "", part).strip()
    ]
    assert torn == []


def test_every_page_and_partial_begins_by_naming_its_variables() -> None:
    silent = [name for name, text in templates(kinds=(".html",)).items() if not text.startswith(("{#", "{% comment"))]
    assert [name for name in silent if not name.startswith("allauth/layouts/")] == []


def test_every_template_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules())
    texts = templates()
    kit = (ROOT / "docs" / "ui.md").read_text(encoding="utf-8")  # a part of the kit may wait for its first page
    unused = [
        name
        for name in texts
        if name not in BY_CONVENTION
        and f"`{name}`" not in kit
        and f'"{name}"' not in code
        and not any(f'"{name}"' in text for other, text in texts.items() if other != name)
        and not _replaces_a_library_template(name)
        and not name.startswith("documents/")  # chosen by the edition of a form
        and not name.startswith("monitoring/mail/")  # chosen by the kind of a mail
    ]
    assert unused == []


def _replaces_a_library_template(name: str) -> bool:
    """Tell whether a package brings a template of the same name, which ours is found before."""
    loaders = engines["django"].engine.template_loaders  # type: ignore[attr-defined]
    for loader in loaders:
        for origin in loader.get_template_sources(name):
            if not str(origin.name).startswith(str(TEMPLATES)):
                try:
                    loader.get_contents(origin)
                except TemplateDoesNotExist:
                    continue
                return True
    return False


# --- data ----------------------------------------------------------------------------------------------------------


def constrained(model: type[models.Model], field: str) -> bool:
    checks = [rule for rule in model._meta.constraints if isinstance(rule, models.CheckConstraint)]
    return any(re.search(rf"'{field}(__\w+)?'", repr(check.condition)) for check in checks)


def test_money_is_whole_yen_within_bounds() -> None:
    found = {
        f"{model.__name__}.{field.name}": (type(field).__name__, constrained(model, field.name))
        for model in our_models()
        for field in model._meta.fields
        if field.name.endswith("_yen")
    }
    assert len(found) > 8
    assert {name: facts for name, facts in found.items() if facts != ("BigIntegerField", True)} == {}


def test_no_column_holds_fractions() -> None:
    found = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.fields
        if isinstance(field, models.FloatField | models.DecimalField)
    ]
    assert found == []


def test_nothing_disappears_with_what_it_belongs_to() -> None:
    rules: dict[str, Any] = {
        f"{model.__name__}.{field.name}": field.remote_field.on_delete
        for model in our_models()
        for field in model._meta.fields
        if field.remote_field is not None
    }
    assert len(rules) > 20
    assert {name: rule.__name__ for name, rule in rules.items() if rule is not models.PROTECT} == {}


def test_every_row_of_an_agency_is_found_through_its_agency() -> None:
    without = [
        model.__name__
        for model in our_models()
        if "agency" in {field.name for field in model._meta.fields}
        and not hasattr(model._default_manager, "for_agency")
    ]
    assert without == []


# --- procedure -----------------------------------------------------------------------------------------------------


def test_every_action_has_its_row_and_its_words() -> None:
    assert set(TRANSITIONS) == set(CaseAction)
    for action, row in TRANSITIONS.items():
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", action.label), action
        assert row.why.endswith("。"), action


def test_every_stage_can_be_reached_and_every_open_one_left() -> None:
    reached = {row.target for row in TRANSITIONS.values()} | {CaseStage.CONSULTATION}
    assert reached == set(CaseStage)
    left = set().union(*(row.sources for row in TRANSITIONS.values()))
    assert set(CaseStage) - left == {CaseStage.COMPLETED, CaseStage.REJECTED, CaseStage.WITHDRAWN, CaseStage.LAPSED}


def test_no_package_is_a_drawer_for_everything() -> None:
    names = {path.stem for path in modules()} | {path.parent.name for path in modules()}
    assert names & {"utils", "helpers", "common", "misc", "base_utils"} == set(), PACKAGES
