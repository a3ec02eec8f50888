"""What a list page says: its facet links and its number of rows."""

import re


def links(html):
    """Facet links of a page: text to (count, address)."""
    found = re.findall(
        r'<li><a href="(\?[^"]*)" rel="nofollow"[^>]*>(.*?) <span class="unit">([\d,]+)</span>',
        html,
    )
    return {
        re.sub("<[^>]+>", "", text).replace("✕", "").replace("Remove", "").strip(): (
            int(number.replace(",", "")),
            address.replace("&amp;", "&"),
        )
        for address, text, number in found
    }


def rows(html):
    return int(re.search(r"<caption>([\d,]+) rows?</caption>", html)[1].replace(",", ""))
