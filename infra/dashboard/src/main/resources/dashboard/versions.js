import {badge, card, el, show, table, wide} from "./dom.js";
import {bytes, clock, duration, number, percent, ranges} from "./format.js";

function delayed(score) {
  if (!score) {
    return "–";
  }
  const figure = score.accuracy === null ? `RMSE ${score.rmse.map(value => number(value)).join(", ")}` : percent(score.accuracy);
  return `${figure} of ${number(score.count)}`;
}

/** The lineage: a table, a picture, and the differences of two versions. */
export function versions(app, main) {
  const graph = wide(card("Lineage"));
  const graphBody = graph.appendChild(el("div", {class: "lineage", tabindex: "0", role: "region", "aria-label": "Lineage"}));
  const list = wide(el("div", {class: "card"}));
  const compare = wide(card("Compare two versions"));
  const first = el("select", {id: "first"});
  const second = el("select", {id: "second"});
  const differences = el("div");
  const weights = el("div", {"aria-live": "polite"});
  compare.append(el("div", {class: "actions"}, el("label", {for: "first"}, "from"), first,
      el("label", {for: "second"}, "to"), second,
      el("button", {type: "button", id: "weights", onclick: () => compareWeights(first.value, second.value)}, "Compare weights")),
      weights, differences);
  main.append(graph, list, compare);
  let rows = [];
  let known = "";
  let drawn = 0;
  first.addEventListener("change", choose);
  second.addEventListener("change", choose);

  /** Norms of each tensor, and how far it moved. Both weights are read for it, so only if asked. */
  async function compareWeights(from, to) {
    show(weights, [el("p", {class: "dim"}, "Reading the weights …")]);
    const chosen = () => first.value === from && second.value === to;
    try {
      const found = await app.get(`weights/${from}/${to}`);
      if (chosen()) {
        show(weights, [table(`Weights by tensor (L2 norms), versions ${from} and ${to}`, [
          ["tensor", row => row.tensor],
          ["shape", row => row.shape.join(" × ")],
          [`version ${from}`, row => number(row.from), "num"],
          [`version ${to}`, row => number(row.to), "num"],
          ["norm of the difference", row => number(row.difference), "num"],
          ["relative", row => row.difference === null || !row.from ? "–" : percent(row.difference / row.from), "num"]
        ], found, "They have no tensors.")]);
      }
    } catch (error) {
      if (chosen()) {
        show(weights, [el("p", {}, `The weights cannot be compared: ${error.message}`)]);
      }
    }
  }

  /** Shows which fields of the chosen manifests differ. */
  async function diff() {
    const [from, to] = [first.value, second.value];
    if (!from || !to) {
      return;
    }
    const manifests = await Promise.all([app.get(`versions/${from}`), app.get(`versions/${to}`)]);
    if (first.value !== from || second.value !== to) {
      return; // Others have been chosen meanwhile, and are being read.
    }
    const [a, b] = manifests.map(manifest => Object.fromEntries(Object.entries(manifest)
        .filter(([key]) => key !== "payload")
        .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])));
    const changed = Object.keys(b).filter(key => a[key] !== b[key]);
    show(differences, [table(`What differs (${changed.length} fields)`, [
      ["field", key => key],
      [`version ${from}`, key => el("code", {}, a[key] ?? "–"), "what"],
      [`version ${to}`, key => el("code", {}, b[key] ?? "–"), "what"]
    ], changed, "Nothing differs.")]);
  }

  function choose() {
    show(weights, []);
    diff().catch(error => show(differences, [el("p", {}, error.message)]));
  }

  function picture(view) {
    const newest = rows.slice(0, 14).reverse();
    return el("ol", {class: "flow"}, ...newest.map(version => {
      const served = view.workers.filter(worker => worker.role === "INFERENCE" && worker.version === version.version && !worker.gone);
      return el("li", {}, el("span", {class: "name"}, `version ${version.version}`),
          el("div", {class: "dim"}, version.parent === null ? "the first"
              : version.root === version.version ? `a new model, after ${version.parent}` : `after ${version.parent}`),
          version.changes.length ? el("div", {}, version.changes.join("; ")) : null,
          view.pinned === version.version ? badge("warn", "pinned") : null,
          served.length ? badge("good", `served by ${served.length}`) : null,
          version.bytes === null ? el("div", {class: "dim"}, "weights removed") : null);
    }));
  }

  function actionsOf(version) {
    if (!app.canSteer()) {
      return "";
    }
    const buttons = [];
    if (version.bytes !== null) {
      buttons.push(el("button", {type: "button", id: `pin-${version.version}`, onclick: () => app.steer(
          `Pin version ${version.version}?`, "Inference workers serve it until it is unpinned, and its weights are kept.",
          "commands", {action: "PIN", version: version.version})}, "Pin"));
      buttons.push(el("button", {type: "button", id: `roll-${version.version}`, onclick: () => app.steer(
          `Roll back to version ${version.version}?`, "Training goes on from its weights, at the newest position of the data.",
          "commands", {action: "ROLLBACK", version: version.version})}, "Roll back"));
    }
    return el("span", {}, ...buttons);
  }

  return async view => {
    const stamp = `${view.versionsRevision} ${view.pinned} ${view.workers.map(worker => worker.version).join()}`;
    // The number of answers grows without a new revision.
    if (stamp === known && view.now - drawn < 10000) {
      return;
    }
    known = stamp;
    drawn = view.now;
    const [found, labels] = await Promise.all([app.get("versions"), app.get("labels")]);
    rows = found;
    const scores = new Map(labels.versions.map(score => [score.version, score]));
    show(graphBody, [picture(view)]);
    list.replaceChildren(table("Versions", [
      ["version", version => number(version.version), "num"],
      ["parent", version => version.parent === null ? "–" : number(version.parent), "num"],
      ["root", version => number(version.root), "num"],
      ["published", version => clock(version.createdAt), "num"],
      ["samples", version => number(version.samples), "num"],
      ["loss", version => number(version.loss), "num"],
      ["accuracy", version => version.errors.length ? version.errors.map(error => `${error.target}: RMSE ${number(error.rmse)}`).join(", ")
          : percent(version.accuracy), "num"],
      ["by delayed labels", version => delayed(scores.get(version.version)), "num"],
      ["size", version => bytes(version.bytes), "num"],
      ["contract", version => number(version.contract), "num"],
      ["first answer after", version => version.servedAt === null ? "–" : duration(version.servedAt - version.createdAt), "num"],
      ["answers", version => number(version.answers), "num"],
      ["partition: offsets", version => ranges(version), "what"],
      ["changes", version => version.changes.join("; "), "what"],
      ...(app.canSteer() ? [["actions", actionsOf, "num"]] : [])
    ], rows, "No version has been published yet."));
    for (const choice of [first, second]) {
      const before = choice.value;
      choice.replaceChildren(...rows.map(version => el("option", {value: version.version}, String(version.version))));
      choice.value = before && rows.some(version => String(version.version) === before) ? before
          : String((choice === first ? rows[1] : rows[0])?.version ?? "");
    }
    await diff();
  };
}
