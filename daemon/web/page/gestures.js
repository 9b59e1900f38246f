// Dragging across a plot: dygraphs' own also zooms upwards, and takes a finger's scrolling away.
import { make } from "./elements.js";

const least = 8; // pixels: less is a click

/// timeAt: of a distance from the element's left edge; on: {zoom(a, b), back()}
export function attachGestures(element, timeAt, on) {
  const box = make("div", { class: "selection", hidden: true });
  let start = null;
  const place = (event) => event.clientX - element.getBoundingClientRect().left;

  function stretch(x) {
    box.hidden = Math.abs(x - start) < least;
    box.style.left = `${Math.min(x, start)}px`;
    box.style.width = `${Math.abs(x - start)}px`;
  }

  function end() {
    start = null;
    box.hidden = true;
  }

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    element.append(box); // again each time: dygraphs empties the element when it is made anew
    start = place(event);
    element.setPointerCapture(event.pointerId);
    event.preventDefault();
    element.closest("[tabindex]")?.focus({ preventScroll: true });
  });
  element.addEventListener("pointermove", (event) => {
    if (start !== null) stretch(place(event));
  });
  element.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [a, b] = [start, place(event)];
    end();
    if (Math.abs(a - b) >= least) on.zoom(timeAt(a), timeAt(b));
  });
  element.addEventListener("pointercancel", end);
  element.addEventListener("dblclick", () => on.back());
}
