import {image, lines} from "./charts.js";
import {badge, card, el, figures, show, svg, table, wide} from "./dom.js";
import {clock, number, percent, ranges} from "./format.js";

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

function className(classes, number) {
  return classes[number] ?? String(number);
}

function truthOf(truth, prediction, classes) {
  if (truth === null) {
    return el("div", {class: "dim"}, "no label yet");
  }
  const right = prediction.label === null ? null : String(prediction.label) === truth;
  return el("div", {}, right === null ? `label ${truth}`
      : right ? badge("good", "as labeled") : badge("bad", `labeled ${className(classes, truth)}`));
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
    ["label", label => className(labels.classes, label)],
    ...classes.map(predicted => [`answered ${className(labels.classes, predicted)}`, label => {
      const count = last.confusion[label]?.[predicted] ?? 0;
      return count === 0 ? "·" : label === predicted ? number(count) : el("strong", {}, number(count));
    }, "num"])
  ], classes, "");
}

/** Shares by bin: filled now, outlined in the reference. */
function distribution(feature) {
  const shares = counts => counts.map(count => count / Math.max(1, counts.reduce((sum, each) => sum + each, 0)));
  const [now, before] = [shares(feature.counts), shares(feature.referenceCounts)];
  const shown = now.slice(0, 24);
  if (!shown.length) {
    return "–";
  }
  const most = Math.max(...now, ...before, 1e-9);
  const height = share => Math.round(28 * share / most);
  const words = feature.categories.length
      ? feature.categories.slice(0, 5).map((name, i) => `${name} ${percent(now[i])}, before ${percent(before[i])}`).join("; ")
      : `${now.length} bins`;
  return svg("svg", {width: 9 * shown.length, height: 30, role: "img", "aria-label": `distribution: ${words}`},
      ...shown.flatMap((share, i) => [
        svg("rect", {x: 9 * i, y: 29 - height(share), width: 7, height: height(share), class: "now"}),
        svg("rect", {x: 9 * i + 0.5, y: 29.5 - height(before[i] ?? 0), width: 6, height: height(before[i] ?? 0), class: "before"})
      ]));
}

/** The shares of the categories that the contract's data has most of. */
function largest(feature, counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return feature.categories.map((name, i) => [name, feature.referenceCounts[i] ?? 0, counts[i] ?? 0])
      .sort((a, b) => b[1] - a[1]).slice(0, 3)
      .map(([name, , count]) => `${name} ${total ? `${Math.round(100 * count / total)} %` : "–"}`).join(", ");
}

function spread(mean, deviation) {
  return mean === null ? "–" : `${number(mean)} ± ${number(deviation)}`;
}

function share(count, of) {
  return of === 0 ? "–" : percent(count / of);
}

/** Some of the newest batches beside the data that the contract was derived from. */
function features(found) {
  if (found.error) {
    return [el("p", {}, `The newest batches cannot be read: ${found.error}`)];
  }
  if (found.at === 0) {
    return [el("p", {class: "dim"}, "Reading the newest batches …")];
  }
  if (found.contract === 0) {
    return [el("p", {class: "dim"}, "The model has no data contract, so that there is nothing to compare with.")];
  }
  if (!found.features.length) {
    return [el("p", {class: "dim"}, `Contract version ${found.contract} has no scalar features: its samples are images or sequences.`)];
  }
  const left = [[found.otherVersions, "of another contract version"], [found.unusable, "that cannot be used"]]
      .filter(([count]) => count > 0).map(([count, what]) => `${number(count)} records ${what} are left out.`);
  return [
    table(`${number(found.samples)} of the newest samples on batches, and contract version ${found.contract}`, [
      ["feature", feature => feature.feature],
      ["mean ± deviation, or categories", feature => feature.categories.length ? largest(feature, feature.counts)
          : spread(feature.mean, feature.deviation), "num"],
      ["in the contract's data", feature => feature.categories.length ? largest(feature, feature.referenceCounts)
          : spread(feature.referenceMean, feature.referenceDeviation), "num"],
      ["missing", feature => feature.missing === null ? "–" : share(feature.missing, feature.samples), "num"],
      ["outside its range", feature => feature.referenceCounts.length && !feature.categories.length
          ? share(feature.outside, feature.samples) : "–", "num"],
      ["stability index", feature => number(feature.stability, 3), "num"],
      ["now, and before", distribution],
      ["finding", feature => feature.finding ? badge("warn", feature.finding) : "none", "what"]
    ], found.features, ""),
    el("p", {class: "dim"}, [...left,
      "A finding is a population stability index above 0.25, or a share that changed, beyond what chance explains. At most 200 features are shown."
    ].join(" "))];
}

/** What the log says of one request. */
function foundRequest({prediction, truth, version}, classes) {
  return figures([
    ["request", `${prediction.requestId} (requests ${prediction.requestPartition}/${prediction.requestOffset})`],
    ["answer", answer(prediction)],
    ["label", truth === null ? "none yet" : className(classes, truth)],
    ["answered", `${clock(prediction.at)} by ${prediction.worker}`],
    ["predictions", `${prediction.partition}/${prediction.offset}`],
    ["version", prediction.version === 0 ? "none" : number(prediction.version)],
    ["trained on, partition: offsets", version ? ranges(version) : "–"]
  ]);
}

/** Finds a request by its id, among the newest answers. */
function search(app) {
  const id = el("input", {id: "find", autocomplete: "off"});
  const result = el("div", {role: "status", id: "found"});
  const form = el("form", {class: "actions", onsubmit: async event => {
    event.preventDefault();
    try {
      const [found, labels] = await Promise.all([
        app.get(`request?id=${encodeURIComponent(id.value)}`), app.get("labels")]);
      show(result, [foundRequest(found, labels.classes)]);
    } catch (error) {
      show(result, [el("p", {}, error.message)]);
    }
  }}, el("label", {for: "find"}, "Request id"), id, el("button", {type: "submit"}, "Find"));
  return wide(card("Find a request", form, result));
}

/** Recent requests with their answers, and what labels say of the answers. */
export function data(app, main) {
  const recent = wide(card("Recent predictions"));
  const list = recent.appendChild(el("ol", {class: "samples"}));
  const hint = recent.appendChild(el("p", {class: "dim"}));
  const matrix = wide(card("Answers and labels"));
  const matrixBody = matrix.appendChild(el("div"));
  const counts = matrix.appendChild(el("p", {class: "dim"}));
  const statistics = wide(card("Features and the data contract"));
  const statisticsBody = statistics.appendChild(el("div"));
  main.append(recent, search(app), matrix, statistics);
  let drawn = 0;
  return async view => {
    if (view.now - drawn < 1900) {
      return;
    }
    drawn = view.now;
    const [rows, labels, found] = await Promise.all([app.get("recent"), app.get("labels"), app.get("features")]);
    show(statisticsBody, features(found));
    hint.textContent = rows.length ? "" : view.serving.total > 0 ? "Reading the requests …"
        : `No request has been answered yet. Send some: tidemill predict --model ${app.model}`;
    list.replaceChildren(...rows.map(({prediction, truth, inputs}) => el("li", {},
        drawing(inputs),
        el("div", {}, el("strong", {}, answer(prediction))),
        truthOf(truth, prediction, labels.classes),
        el("div", {class: "dim"}, `request ${prediction.requestId}, version ${prediction.version}`),
        el("div", {class: "dim"}, `requests ${prediction.requestPartition}/${prediction.requestOffset}`))));
    show(matrixBody, [confusion(labels)]);
    counts.textContent = `${number(labels.counts.scored)} labels compared, ${number(labels.counts.late)} late, `
        + `${number(labels.counts.orphans)} without an answer, ${number(labels.counts.duplicates)} repeated, `
        + `${number(labels.counts.unusable)} that do not fit.`;
  };
}
