"""How does the walk leave an installation? With nothing of it in public, and nobody called any more."""

from infra.local.chain.expecting import answered, same, wait_for
from infra.local.chain.scene import Scene

REASON = "Made for a check."


def all_is_withdrawn(scene: Scene) -> str:
    """Recall what is still out, delete the pages, switch the partner off."""
    staff, made = scene.staff, scene.made
    for page in ("comic-en", "issue-en"):
        staff.recall(made.pages[page], reason=REASON)
    for number in made.pages.values():
        answered(staff.submit(f"/admin/pages/{number}/delete/", "csrfmiddlewaretoken"), 200)
    path = f"/admin/partners/edit/{made.partner}/"
    answered(staff.submit(path, "name", is_active=[]), 200)
    comic = f"/v1/tools/{made.tools['comic']}"
    wait_for("410 for the comic", lambda: scene.api.get(comic).status_code == 410, limit_s=5)
    last = {(change["tool_id"], change["locale"]): change["type"] for change in scene.changes(scene.feed_began_at)}
    same("The last changes of everything that was made", set(last.values()), {"recalled"})
    return f"{len(last)} editions"
