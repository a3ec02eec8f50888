"""The sheet as one A4 page of PDF. ReportLab is loaded by the first who asks for one."""

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from sizing.presentation.purchase import PurchaseSheet

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

MARGIN_MM = 14
UNREADABLE = "?"


def purchase_pdf(sheet: PurchaseSheet) -> bytes:
    """One page, whatever stands on it: a long sheet is set smaller."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import KeepInFrame, SimpleDocTemplate

    out = io.BytesIO()
    margin = MARGIN_MM * mm
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        **dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), margin),
        title=sheet.title,
        subject=sheet.subject,
        author="Ridgeline",
        lang="en",
        invariant=1,
        pageCompression=0,
    )
    # A frame pads its content by 6 points on each side.
    width, height = document.width - 12, document.height - 12
    document.build([KeepInFrame(width, height, _story(sheet, width), mode="shrink")])
    return out.getvalue()


def _story(sheet: PurchaseSheet, width: float) -> "list[Flowable]":
    from reportlab.platypus import Paragraph, Spacer

    title, subject, heading, text = _styles()
    parts: list[Flowable] = [
        Paragraph(_safe(sheet.title), title),
        Paragraph(_safe(sheet.subject), subject),
    ]
    for name, rows in sheet.sections:
        parts += [Paragraph(_safe(name), heading), _table(rows, width, text)]
    if sheet.notes:
        parts.append(Paragraph("To know before approving", heading))
        parts += [Paragraph(_safe(note), text) for note in sheet.notes]
    parts += [Spacer(1, 14), _signatures(sheet, width, text), Spacer(1, 8)]
    return [*parts, Paragraph(_safe(f"The whole answer: {sheet.address}"), text)]


def _styles() -> "tuple[Any, Any, Any, Any]":
    from reportlab.lib.styles import ParagraphStyle

    text = ParagraphStyle("text", fontName="Helvetica", fontSize=8.5, leading=10.5)
    bold = {"parent": text, "fontName": "Helvetica-Bold"}
    return (
        ParagraphStyle("title", **bold, fontSize=17, leading=21),
        ParagraphStyle("subject", **bold, fontSize=11, leading=14),
        ParagraphStyle("heading", **bold, fontSize=10, leading=12, spaceBefore=8, spaceAfter=2),
        text,
    )


def _table(rows: tuple[tuple[str, str], ...], width: float, text: Any) -> "Flowable":
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table

    cells = [[Paragraph(_safe(label), text), Paragraph(_safe(told), text)] for label, told in rows]
    lines = ("LINEBELOW", (0, 0), (-1, -1), 0.3, HexColor("#b8c2cc"))
    tight = [(f"{side}PADDING", (0, 0), (-1, -1), 1.5) for side in ("TOP", "BOTTOM")]
    style = [
        lines,
        *tight,
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Table(cells, colWidths=[width * 0.3, width * 0.7], style=style)


def _signatures(sheet: PurchaseSheet, width: float, text: Any) -> "Flowable":
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table

    many = len(sheet.signatures)
    # A gap after each, so that every name has a line of its own.
    cells = [part for label in sheet.signatures for part in (Paragraph(_safe(label), text), "")]
    ink = HexColor("#16202b")
    lines = [("LINEABOVE", (2 * i, 0), (2 * i, 0), 0.6, ink) for i in range(many)]
    style = [*lines, ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    return Table([cells], colWidths=[width / many - 12, 12] * many, style=style)


def _safe(text: str) -> str:
    """Escaped, and within the characters that the fonts of every PDF reader have."""
    return escape(text.encode("cp1252", "replace").decode("cp1252"))
