// Arrow keys go from panel to panel; without this script the page reads as well, only without keys.
"use strict";

const panels = [...document.querySelectorAll("[data-reader] > .panel")];
const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
const isRightToLeft = document.querySelector("[data-reader]").dir === "rtl";
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

document.addEventListener("keydown", (event) => {
  const isHorizontal = event.key === "ArrowRight" || event.key === "ArrowLeft";
  const step = (steps[event.key] ?? 0) * (isHorizontal && isRightToLeft ? -1 : 1);
  const here = panels.indexOf(document.activeElement);
  const isBusy = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  if (!step || isBusy || (here < 0 && !isHorizontal)) return;
  const next = panels[Math.min(Math.max(here + step, 0), panels.length - 1)];
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
});
