"""The full chart of a measure at a team, and the files it can be taken away as."""

from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles.bars import cycle_key
from measures import chart_files, chart_reading, policies, words
from measures.base_views import blueprint
from measures.chart_base_views import Asked, ChartPage, page_of
from measures.charting import KINDS, MARKS, offered
from measures.figures import chart_figure
from nic_platform import access, exporting
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import today, uuid_arg

FORMATS = {
    "csv": exporting.CSV_TYPE, "xlsx": exporting.XLSX_TYPE, "svg": "image/svg+xml", "png": "image/png",
}  # fmt: skip
_KNOWN = frozenset(kind for kinds in KINDS.values() for kind in kinds)


def asked_for() -> Asked:
    """Return which chart the address asks for: ``?team=…&set=…&group=…&chart=…``."""
    kind = request.args.get("chart", "")
    return Asked(
        uuid_arg("team"), request.args.get("set", "")[:60], request.args.get("group", "")[:80],
        kind if kind in _KNOWN else "",
    )  # fmt: skip


@blueprint.get("/measures/<uuid:measure_id>/chart")
@access.signed_in
def chart(measure_id: UUID) -> ResponseReturnValue:
    """Show the chart of a measure at a team: phases, lines, signals, what changed, what people saw."""
    actor = access.actor()
    page = page_of(session(), actor, measure_id, asked_for(), today(actor))
    is_zoomed = "zoom" in request.args
    undo = uuid_arg("undo")
    return render_template(
        "measures/chart.html", page=page, row=page.row, chart=page.chart, reads=chart_reading,
        kinds={kind: words.chart_kind_words()[kind] for kind in offered(page.row.type)},
        mark_words=words.mark_words(), mark_kinds=MARKS, cycle_key=cycle_key(page.frame.cycles),
        may_mark=policies.can_record(actor, page.team.id), table=chart_files.table(page.chart),
        undo=url_for(".restore_mark", mark_id=undo) if undo else "",
        figure=_figure(page) if is_zoomed else None,
    )  # fmt: skip


def _figure(page: ChartPage) -> dict[str, object]:
    return chart_figure(page.chart, page.frame)


@blueprint.get("/measures/<uuid:measure_id>/chart/<any(csv, xlsx, svg, png):ending>")
@access.signed_in
def chart_file(measure_id: UUID, ending: str) -> ResponseReturnValue:
    """Give the chart as a table or a picture; what is hidden on the page is hidden in every form."""
    actor = access.actor()
    page = page_of(session(), actor, measure_id, asked_for(), today(actor))
    response = Response(_bytes(page, ending), content_type=FORMATS[ending])
    name = chart_files.file_name(page.name, _day(actor), ending)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _day(actor: Actor) -> str:
    return today(actor).isoformat()


def _bytes(page: ChartPage, wanted: str) -> bytes:
    if wanted in {"svg", "png"}:
        drawing = page.drawing()
        return drawing.encode() if wanted == "svg" else chart_files.as_png(drawing)
    header, rows = chart_files.table(page.chart)
    if wanted == "csv":
        return exporting.as_csv(header, rows)
    return exporting.as_xlsx(header, rows, "Chart")
