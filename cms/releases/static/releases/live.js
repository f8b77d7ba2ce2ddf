/* Keeps a region of the page current.

   <div data-live data-live-url="…" data-live-every-s="2" [data-live-on="w-autosave:success"]>…</div>

   The address answers with an HTML fragment. It is asked again until the fragment holds an element with
   `data-live-done`, and only while someone is looking. A link with `data-content-path` inside leads to the
   field of the editor it names. */
(() => {
  const keepFocus = (region, replace) => {
    const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...region.querySelectorAll("details[open][id]")].map((details) => details.id);
    replace();
    open.forEach((id) => { const details = document.getElementById(id); if (details) details.open = true; });
    if (focused) document.getElementById(focused)?.focus();
  };

  const refresh = async (region) => {
    let html;
    try {
      const answer = await fetch(region.dataset.liveUrl, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (!answer.ok || answer.redirected) return;
      html = await answer.text();
    } catch {
      return;
    }
    if (html === region.lastHtml || region.querySelector("[data-busy]")) return;
    region.lastHtml = html;
    keepFocus(region, () => { region.innerHTML = html; });
    region.dispatchEvent(new CustomEvent("live:refreshed", { bubbles: true }));
  };

  const watch = (region) => {
    region.watched = true;
    const every = Number(region.dataset.liveEveryS || "2") * 1000;
    const timer = setInterval(() => {
      if (!region.isConnected) clearInterval(timer);
      else if (region.querySelector("[data-live-done]")) clearInterval(timer);
      else if (!document.hidden && region.offsetParent) refresh(region);
    }, every);
    if (region.dataset.liveOn) document.addEventListener(region.dataset.liveOn, () => refresh(region));
  };

  const watchAll = () => document.querySelectorAll("[data-live]").forEach((region) => region.watched || watch(region));

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

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-content-path]");
    const field = link && fieldAt(link.dataset.contentPath);
    if (!field) return;
    event.preventDefault();
    reveal(field);
  });

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches("[data-once]") || !button) return;
    setTimeout(() => { button.disabled = true; button.setAttribute("aria-busy", "true"); });
  });

  document.addEventListener("DOMContentLoaded", watchAll);
  document.addEventListener("w-autosave:success", () => setTimeout(watchAll, 200));
})();
