import {image, lines} from "./charts.js";
import {badge, card, el, show, table, wide} from "./dom.js";
import {number, percent} from "./format.js";

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

function truthOf(truth, prediction) {
  if (truth === null) {
    return el("div", {class: "dim"}, "no label yet");
  }
  const right = prediction.label === null ? null : String(prediction.label) === truth;
  return el("div", {}, right === null ? `label ${truth}`
      : right ? badge("good", "as labeled") : badge("bad", `labeled ${truth}`));
}

/** The newest version's answers against the labels that came later. */
function confusion(labels) {
  const last = labels.versions.filter(score => score.accuracy !== null).at(-1);
  if (!last) {
    return el("p", {class: "dim"}, "No label of an answer has come yet. They come on the topic labels, for example by tidemill label.");
  }
  const classes = [...new Set(Object.entries(last.confusion).flatMap(([label, row]) => [label, ...Object.keys(row)]))]
      .sort((a, b) => a - b);
  return table(`Version ${last.version}: ${percent(last.accuracy)} of ${number(last.count)} answers are as labeled`, [
    ["label", label => label],
    ...classes.map(predicted => [`answered ${predicted}`, label => {
      const count = last.confusion[label]?.[predicted] ?? 0;
      return count === 0 ? "·" : label === predicted ? number(count) : el("strong", {}, number(count));
    }, "num"])
  ], classes, "");
}

/** Recent requests with their answers, and what labels say of the answers. */
export function data(app, main) {
  const recent = wide(card("Recent predictions"));
  const list = recent.appendChild(el("ol", {class: "samples"}));
  const hint = recent.appendChild(el("p", {class: "dim"}));
  const matrix = wide(card("Answers and labels"));
  const matrixBody = matrix.appendChild(el("div"));
  const counts = matrix.appendChild(el("p", {class: "dim"}));
  main.append(recent, matrix);
  let drawn = 0;
  return async view => {
    if (view.now - drawn < 1900) {
      return;
    }
    drawn = view.now;
    const [rows, labels] = await Promise.all([app.get("recent"), app.get("labels")]);
    hint.textContent = rows.length ? "" : view.serving.total > 0 ? "Reading the requests …"
        : `No request has been answered yet. Send some: tidemill predict --model ${app.model}`;
    list.replaceChildren(...rows.map(({prediction, truth, inputs}) => el("li", {},
        drawing(inputs),
        el("div", {}, el("strong", {}, answer(prediction))),
        truthOf(truth, prediction),
        el("div", {class: "dim"}, `request ${prediction.requestId}, version ${prediction.version}`),
        el("div", {class: "dim"}, `requests ${prediction.requestPartition}/${prediction.requestOffset}`))));
    show(matrixBody, [confusion(labels)]);
    counts.textContent = `${number(labels.counts.scored)} labels compared, ${number(labels.counts.late)} late, `
        + `${number(labels.counts.orphans)} without an answer, ${number(labels.counts.duplicates)} repeated, `
        + `${number(labels.counts.unusable)} that do not fit.`;
  };
}
