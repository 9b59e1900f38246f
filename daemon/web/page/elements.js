// Elements made by code. Text is always text: nothing that came from a machine is read as HTML.

const svgNames = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {}))
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export const make = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);

export const makeSvg = (tag, attributes, ...children) =>
  fill(document.createElementNS(svgNames, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

/// Sets text only where it differs: a screen reader isn't told the same again.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === "";
}

/// Terms and their texts in a dl; those without a text are left out. What stays the same isn't made anew:
/// a screen reader keeps its place.
export function showPairs(list, rows) {
  const wanted = rows.filter(([, text]) => text !== null && text !== undefined && text !== "");
  const terms = [...list.querySelectorAll("dt")].map((dt) => dt.textContent);
  if (terms.join("\n") === wanted.map(([term]) => term).join("\n"))
    [...list.querySelectorAll("dd")].forEach((dd, i) => say(dd, wanted[i][1]));
  else
    list.replaceChildren(...wanted.map(([term, text]) => make("div", {}, make("dt", {}, term), make("dd", {}, text))));
}

/// The theme's colour of that name, for what is drawn on a canvas.
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
