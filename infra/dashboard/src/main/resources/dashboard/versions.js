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
  compare.append(el("div", {class: "actions"}, el("label", {for: "first"}, "from"), first,
      el("label", {for: "second"}, "to"), second), differences);
  main.append(graph, list, compare);
  let rows = [];
  let compared = {key: "", rows: [], error: ""};
  let known = "";
  let drawn = 0;
  first.addEventListener("change", diff);
  second.addEventListener("change", diff);

  /** Norms of each tensor, and how far it moved; both weights are read for it. */
  async function norms(from, to) {
    if (!from.payload || !to.payload || from.version === to.version) {
      return from.version === to.version ? null
          : el("p", {class: "dim"}, "Retention has removed the weights of one of the versions, so that they cannot be compared.");
    }
    const key = `weights/${from.version}/${to.version}`;
    if (compared.key !== key) {
      try {
        compared = {key, rows: await app.get(key), error: ""};
      } catch (error) {
        compared = {key, rows: [], error: error.message};
      }
    }
    return table("Weights by tensor (L2 norms)", [
      ["tensor", row => row.tensor],
      ["shape", row => row.shape.join(" × ")],
      [`version ${from.version}`, row => number(row.from), "num"],
      [`version ${to.version}`, row => number(row.to), "num"],
      ["norm of the difference", row => number(row.difference), "num"],
      ["relative", row => row.difference === null || !row.from ? "–" : percent(row.difference / row.from), "num"]
    ], compared.rows, `The weights cannot be compared: ${compared.error}`);
  }

  async function diff() {
    if (!first.value || !second.value) {
      return;
    }
    const [from, to] = await Promise.all([app.get(`versions/${first.value}`), app.get(`versions/${second.value}`)]);
    const texts = manifest => Object.fromEntries(Object.entries(manifest)
        .filter(([key]) => key !== "payload")
        .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
    const [a, b] = [texts(from), texts(to)];
    const changed = Object.keys(b).filter(key => a[key] !== b[key]);
    const weights = await norms(from, to);
    show(differences, [weights, table(`What differs (${changed.length} fields)`, [
      ["field", key => key],
      [`version ${first.value}`, key => el("code", {}, a[key] ?? "–"), "what"],
      [`version ${second.value}`, key => el("code", {}, b[key] ?? "–"), "what"]
    ], changed, "Nothing differs.")]);
  }

  function picture(view) {
    const newest = rows.slice(0, 14).reverse();
    return el("ol", {class: "flow"}, ...newest.map(version => {
      const served = view.workers.filter(worker => worker.role === "INFERENCE" && worker.version === version.version && !worker.gone);
      return el("li", {}, el("span", {class: "name"}, `version ${version.version}`),
          el("div", {class: "dim"}, version.parent === null ? "the first" : `after ${version.parent}`),
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
