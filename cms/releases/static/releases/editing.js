/* Leads from a reason against a release to the field it is about, and names the editors of rich text, which
   Wagtail leaves nameless for who listens.

   A link to `#:w:contentpath=pages.<id>.panels.<id>.description` opens the tab and the panels around that field. */
(() => {
  const fieldAt = (path) => {
    const selector = path.split(".").filter(Boolean).map((part) => `[data-contentpath="${CSS.escape(part)}"]`).join(" ");
    return selector && document.querySelector(selector);
  };

  const reveal = (field) => {
    const tab = field.closest("[role=tabpanel][hidden]");
    if (tab) document.querySelector(`[role=tab][href="#${tab.id}"]`)?.click();
    for (let panel = field.closest("[data-panel]"); panel; panel = panel.parentElement.closest("[data-panel]")) {
      panel.querySelector("[data-panel-toggle][aria-expanded=false]")?.click();
    }
    field.scrollIntoView({ block: "center" });
    field.querySelector("input:not([type=hidden]), textarea, select, [contenteditable=true], button")?.focus({ preventScroll: true });
  };

  const MARK = "#:w:contentpath=";
  const pathIn = (address) => decodeURIComponent(address.split(MARK)[1] || "");

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(`a[href*="${MARK}"]`);
    const field = link && link.pathname === location.pathname && fieldAt(pathIn(link.href));
    if (!field) return;
    event.preventDefault();
    reveal(field);
  });

  /* The editor builds its blocks while it loads: wait for the field, but not for ever. */
  const revealFromAddress = (triesLeft = 40) => {
    const path = pathIn(location.hash);
    const field = path && fieldAt(path);
    if (field) reveal(field);
    else if (path && triesLeft) setTimeout(() => revealFromAddress(triesLeft - 1), 100);
  };
  window.addEventListener("load", () => revealFromAddress());
  window.addEventListener("hashchange", () => revealFromAddress());

  const nameOf = (editor) => {
    const field = editor.closest("[data-contentpath]");
    const label = field?.querySelector("label") || editor.closest("[data-panel]")?.querySelector("[data-panel-heading-text]");
    return label?.textContent.replace("*", "").trim() || "";
  };

  const giveNames = () => {
    document.querySelectorAll("[contenteditable=true][role=textbox]:not([aria-label])").forEach((editor) => {
      const name = nameOf(editor);
      if (name) editor.setAttribute("aria-label", name);
    });
  };
  window.addEventListener("load", () => [100, 1000].forEach((wait) => setTimeout(giveNames, wait)));
  document.addEventListener("focusin", giveNames);
})();
