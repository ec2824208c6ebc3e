import {image, lines} from "./charts.js";
import {badge, card, el, wide} from "./dom.js";
import {number} from "./format.js";

/** Draws a sample as what it is: an image, a series, a row, or its first numbers. */
function drawing(inputs) {
  if (!inputs) {
    return el("p", {class: "dim"}, "the request is no longer on the log");
  }
  if (Object.keys(inputs.values).length) {
    return el("dl", {}, ...Object.entries(inputs.values).slice(0, 8).flatMap(([name, value]) =>
        [el("dt", {class: "dim"}, name), el("dd", {}, value === null ? "missing" : String(value))]));
  }
  const shape = inputs.shape.length > 1 && inputs.shape[0] === 1 && inputs.shape.length !== 3 ? inputs.shape.slice(1) : inputs.shape;
  const canvas = el("canvas", {role: "img", "aria-label": `input of shape ${inputs.shape.join(" × ")}`});
  const complete = inputs.elements.length === shape.reduce((product, size) => product * size, 1);
  if (complete && shape.length === 3 && (shape[0] === 1 || shape[0] === 3) && shape[1] > 1) {
    image(canvas, shape, inputs.elements);
    return canvas;
  }
  if (complete && shape.length <= 2 && shape[0] > 16) {
    lines(canvas, shape, inputs.elements);
    return canvas;
  }
  return el("p", {}, inputs.elements.slice(0, 12).map(value => number(value, 3)).join(", ")
      + (inputs.elements.length > 12 ? " …" : ""));
}

function answer(prediction) {
  if (prediction.error) {
    return badge("bad", prediction.error);
  }
  const name = prediction.labelName ?? prediction.label;
  const best = prediction.label !== null && prediction.outputs.length > prediction.label
      ? ` (${(100 * prediction.outputs[prediction.label]).toFixed(1)} %)` : "";
  return name === null || name === undefined ? prediction.outputs.slice(0, 4).map(value => number(value)).join(", ") : `${name}${best}`;
}

/** Recent requests with their answers. */
export function data(app, main) {
  const recent = wide(card("Recent predictions"));
  const list = recent.appendChild(el("ol", {class: "samples"}));
  const hint = recent.appendChild(el("p", {class: "dim"}));
  main.append(recent);
  let drawn = 0;
  return async view => {
    if (view.now - drawn < 2500) {
      return;
    }
    drawn = view.now;
    const rows = await app.get("recent");
    hint.textContent = rows.length ? "" : "No request has been answered yet. Send some: tidemill predict --model " + app.model;
    list.replaceChildren(...rows.map(({prediction, inputs}) => el("li", {},
        drawing(inputs),
        el("div", {}, el("strong", {}, answer(prediction))),
        el("div", {class: "dim"}, `request ${prediction.requestId}, version ${prediction.version}`),
        el("div", {class: "dim"}, `requests ${prediction.requestPartition}/${prediction.requestOffset}`))));
  };
}
