/** Makes an element: el("td", {class: "num"}, text, child, …). Text is never parsed as HTML. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Replaces the children of an element, unless they are the same as before: keeps the focus. */
export function show(element, children) {
  const fresh = el("div", {}, ...children);
  if (element.dataset.shown === fresh.innerHTML) {
    return;
  }
  element.dataset.shown = fresh.innerHTML;
  const focused = document.activeElement && element.contains(document.activeElement)
      ? document.activeElement.id : "";
  element.replaceChildren(...fresh.childNodes);
  if (focused) {
    document.getElementById(focused)?.focus();
  }
}

/** A table: columns are [title, row → cell, class]. */
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) {
    return el("div", {}, el("h2", {}, caption), el("p", {class: "dim"}, empty));
  }
  return el("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
      el("table", {},
          el("caption", {}, caption),
          el("thead", {}, el("tr", {}, ...columns.map(([title, , kind]) =>
              el("th", {scope: "col", class: kind}, title)))),
          el("tbody", {}, ...rows.map(row => el("tr", {},
              ...columns.map(([, cell, kind]) => el("td", {class: kind}, cell(row) ?? "")))))));
}

export function badge(kind, text) {
  return el("span", {class: `badge ${kind}`}, text);
}

export function figures(pairs) {
  return el("dl", {class: "figures"}, ...pairs.map(([title, value]) =>
      el("div", {}, el("dt", {}, title), el("dd", {}, value ?? "–"))));
}

export function card(title, ...children) {
  return el("section", {class: "card"}, el("h2", {}, title), ...children);
}

export function wide(element) {
  element.classList.add("wide");
  return element;
}

/** Makes an element of a picture. */
export function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}
