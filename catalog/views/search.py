"""The page of one search over everything."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.search.everything import MOST_CHARACTERS, search


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`?q=`: hits grouped by noun, with counts and links to the filtered lists."""
    text = request.GET.get("q", "")
    too_long = len(text) > MOST_CHARACTERS
    context = {
        "query": text[:MOST_CHARACTERS],
        "answer": None if too_long or not text.strip() else search(text),
        "problem": f"At most {MOST_CHARACTERS} characters can be searched for." if too_long else "",
    }
    return render(request, "catalog/search.html", context, status=400 if too_long else 200)
