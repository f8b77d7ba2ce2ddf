/* Keeps a region of the page current.

   <div data-live data-live-url="…" data-live-every-s="2" [data-live-on="w-autosave:success"]>…</div>

   The address answers with an HTML fragment. It is asked again until the fragment holds an element with
   `data-live-done`, and only while someone is looking; `data-live-badge` and `data-live-count` in it set the
   number on the toggle of a side panel. A form with `data-once` is sent once, however often its button is pressed. */
(() => {
  const keepFocus = (region, replace) => {
    const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...region.querySelectorAll("details[open][id]")].map((details) => details.id);
    replace();
    open.forEach((id) => { const details = document.getElementById(id); if (details) details.open = true; });
    if (focused) document.getElementById(focused)?.focus();
  };

  const countOn = (counted) => {
    const toggle = counted && document.querySelector(`[data-side-panel-toggle="${counted.dataset.liveBadge}"]`);
    const counter = toggle?.querySelector("[data-side-panel-toggle-counter]");
    if (!counter) return;
    counter.textContent = counted.dataset.liveCount;
    counter.hidden = counted.dataset.liveCount === "0";
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
    const said = html.replace(/(csrfmiddlewaretoken" value=)"\w+"/g, "$1");
    if (said === region.lastSaid || region.querySelector("[aria-busy=true]")) return;
    region.lastSaid = said;
    keepFocus(region, () => { region.innerHTML = html; });
    countOn(region.querySelector("[data-live-badge]"));
  };

  const watch = (region) => {
    region.watched = true;
    countOn(region.querySelector("[data-live-badge]"));
    const every = Number(region.dataset.liveEveryS || "2") * 1000;
    const timer = setInterval(() => {
      if (!region.isConnected) clearInterval(timer);
      else if (region.querySelector("[data-live-done]")) clearInterval(timer);
      else if (!document.hidden && region.offsetParent) refresh(region);
    }, every);
    if (region.dataset.liveOn) document.addEventListener(region.dataset.liveOn, () => refresh(region));
  };

  const watchAll = () => document.querySelectorAll("[data-live]").forEach((region) => region.watched || watch(region));

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches("[data-once]") || !button) return;
    setTimeout(() => { button.disabled = true; button.setAttribute("aria-busy", "true"); });
  });

  document.addEventListener("DOMContentLoaded", watchAll);
  document.addEventListener("w-autosave:success", () => setTimeout(watchAll, 200));
})();
