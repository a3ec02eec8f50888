"""A person with a browser: every page they read is checked by axe and kept as a picture."""

from importlib.resources import files
from pathlib import Path

PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"
SETTINGS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1440)]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
RUN_AXE = """async (tags) => {
    const options = {resultTypes: ["violations"], runOnly: {type: "tag", values: tags}};
    const {violations, passes} = await axe.run(document, options);
    const found = violations.map(({id, nodes}) =>
        `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    return {found, checked: passes.length};
}"""


class Visitor:
    """One page of one browser, in one colour scheme and width."""

    def __init__(self, page, setting):
        self.page = page
        self.setting = setting
        self.complaints = []
        page.on("requestfailed", self._note_failure)
        page.on("request", self._note_foreign)
        page.on("console", self._note_error)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _note_failure(self, request):
        # A page that is left takes its own refresh with it.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _note_foreign(self, request):
        if not request.url.startswith(("http://127.0.0.1:", "data:")):
            self.complaints.append(f"another host: {request.url}")

    def _note_error(self, message):
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")

    def open(self, path, status=200):
        answer = self.page.goto(path)
        assert answer.status == status, path

    def reads(self, name):
        """Looks at the page: no violation of WCAG 2.2 AA, nothing wider than the screen."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.setting}.png", full_page=True)
        # Evaluated by the debugger, as the policy of the page lets in no foreign script.
        self.page.evaluate(AXE)
        result = self.page.evaluate(RUN_AXE, WCAG_22_AA)
        assert result["checked"] > 0
        assert not result["found"], "\n".join([name, *result["found"]])
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, (name, "scrolls sideways", overflow)
