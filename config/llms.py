"""`/llms.txt`: what a language model or another program should know of this site, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PROGRAMS = (
    ("OpenAPI document", "/api/v1/schema/?format=json", "every request and answer of the API"),
    (
        "POST /api/v1/estimates/",
        "/api/v1/docs/",
        "one model on one system",
    ),
    ("POST /api/v1/sizings/", "/api/v1/docs/", "ranks the whole catalog for a workload"),
    ("GET /api/v1/search/?q=h100", "/api/v1/search/?q=h100", "one search over everything"),
    ("Accelerators as JSON", "/api/v1/accelerators/", "filters, paging, CSV with format=csv"),
    (
        "New prices as an Atom feed",
        "/offers/feed/",
        "takes the filters of the offers list, such as ?pricing=spot",
    ),
    (
        "GET /api/v1/changes/?revision_min=6",
        "/api/v1/changes/",
        "what changed in the catalog, such as since the revision r5 of an answer",
    ),
    (
        "One accelerator as Markdown",
        "/accelerators/nvidia-h100-sxm5-80gb.md",
        "put .md in place of the last slash of any accelerator, server or instance type",
    ),
)
PAGES = (
    ("Accelerators", "/accelerators/", "variants with memory, bandwidth, peaks, power"),
    ("Servers", "/servers/", "physical GPU servers with height, power, cooling"),
    ("Instance types", "/instances/", "cloud systems"),
    ("Offers", "/offers/", "prices with the day on which they were seen"),
    ("Changes", "/changes/", "which figure of which row got which value, when and from what"),
    ("Models", "/models/", "language models with parameters and memory"),
    ("Sizing", "/size/", "describe a workload, get a ranked answer"),
    ("Accuracy", "/accuracy/", "how far off the engine is, by metric and source"),
    ("Glossary", "/glossary/", "every abbreviation used here"),
)


def llms_txt(request: HttpRequest) -> HttpResponse:
    """The page, with addresses of this site."""
    context = {"base": request.build_absolute_uri("/")[:-1], "programs": PROGRAMS, "pages": PAGES}
    return render(request, "llms.txt", context, content_type="text/plain; charset=utf-8")
