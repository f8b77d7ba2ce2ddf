"""Can everybody use a page? axe-core's rules of WCAG 2.2 AA, and no scrolling sideways."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Wagtail's own outline beside a long form; we can't mend it here.
NOT_OURS = [".w-minimap", "#w-minimap-toggle"]
_RUN = """async ([standard, notOurs]) => {
  const exclude = notOurs.filter((selector) => document.querySelector(selector)).map((selector) => [selector]);
  const results = await axe.run({ include: [["html"]], exclude }, { runOnly: standard, resultTypes: ["violations"] });
  return results.violations;
}"""


def barriers(page: Page) -> list[str]:
    """Return one line for each violation: the rule, where, and what to do."""
    page.evaluate(AXE_SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(_RUN, [STANDARD, NOT_OURS])
    return [
        f"{each['id']} at {node['target']}: {node['failureSummary']}" for each in violations for node in each["nodes"]
    ]


def wait_for_editors(page: Page) -> None:
    """Wait until the editors of rich text, which Wagtail builds after the page has loaded, have their names."""
    page.wait_for_function(
        "() => ![...document.querySelectorAll('[contenteditable=true]')].some((each) => !each.ariaLabel)"
    )


def sideways_px(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
