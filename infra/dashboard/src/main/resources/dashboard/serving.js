import {Chart, seconds} from "./charts.js";
import {card, el, figures, show, svg, table, wide} from "./dom.js";
import {duration, milliseconds, number, rate} from "./format.js";

/** Rates, latencies and versions of the answers. */
export function serving(app, main) {
  const now = wide(card("Now"));
  const nowBody = now.appendChild(el("div"));
  const charts = {
    rate: new Chart("Predictions per second", {names: ["rate", "errors"]}),
    total: new Chart("From request to answer", {names: ["totalP50", "totalP99"], unit: "ms"}),
    parts: new Chart("Queue and compute", {names: ["queuedP50", "queuedP99", "computedP50", "computedP99"], unit: "ms"}),
    commit: new Chart("Commit, the largest of all workers", {names: ["commitP50", "commitP99"], unit: "ms"}),
    batch: new Chart("Batch size", {names: ["batchSize"]}),
    age: new Chart("Age of the version that answers", {names: ["versionAge"], unit: "s"}),
    versions: new Chart("Answers by version, the newest eight, ten minutes", {names: []})
  };
  const classes = card("Answers by class, ten minutes");
  const classesBody = classes.appendChild(el("div"));
  const fresh = card("Freshness: from publication to the first answer");
  const freshBody = fresh.appendChild(el("div"));
  main.append(now, ...Object.values(charts).map(chart => chart.element), fresh, classes);
  let drawn = 0;
  let known = -1;
  let versions = [];

  return async view => {
    if (view.now - drawn < 900) {
      return;
    }
    drawn = view.now;
    show(nowBody, [figures([
      ["answers per second", rate(view.serving.rate)],
      ["median", milliseconds(view.serving.totalP50)],
      ["99th percentile", milliseconds(view.serving.totalP99)],
      ["answers seen", number(view.serving.total)],
      ["errors", number(view.serving.errors)],
      ["last error", view.serving.lastError ? `${view.serving.lastError.requestId}: ${view.serving.lastError.error}` : "none"]
    ])]);
    const [all, announced] = await Promise.all([
      app.get(`serving?since=${app.since()}`), app.get(`figures?since=${app.since()}`)]);
    if (view.versionsRevision !== known) {
      known = view.versionsRevision;
      versions = await app.get("versions");
    }
    const x = seconds(all.history);
    const swaps = versions.filter(version => version.servedAt !== null && version.servedAt >= app.since())
        .map(version => ({x: version.servedAt / 1000, text: String(version.version)})).reverse();
    const of = names => [x, ...names.map(name => all.history.series[all.history.columns.indexOf(name)])];
    for (const [name, chart] of Object.entries(charts)) {
      if (name === "commit") {
        chart.draw([seconds(announced), ...announced.series.slice(0, 2)], swaps);
      } else if (name !== "versions") {
        chart.draw(of(chart.names), name === "batch" ? [] : swaps);
      }
    }
    if (all.byVersion.columns.length) {
      charts.versions.draw([seconds(all.byVersion), ...all.byVersion.series], [],
          all.byVersion.columns.map(version => `version ${version}`));
    }
    const total = all.classes.reduce((sum, row) => sum + row.count, 0);
    show(classesBody, [table("Classes", [
      ["class", row => row.name],
      ["answers", row => number(row.count), "num"],
      ["share", row => `${(100 * row.count / total).toFixed(1)} %`, "num"],
      ["as a bar", row => bar(row.count / all.classes[0].count)]
    ], all.classes.slice(0, 20), "No class was answered in the last ten minutes.")]);
    const delays = versions.filter(version => version.servedAt !== null)
        .map(version => Math.max(0, version.servedAt - version.createdAt)).sort((a, b) => a - b);
    const at = share => delays.length ? duration(delays[Math.min(delays.length - 1, Math.floor(share * delays.length))]) : "–";
    show(freshBody, [figures([["versions", number(delays.length)], ["median", at(0.5)], ["90th percentile", at(0.9)], ["longest", at(1)]])]);
  };
}

function bar(share) {
  return svg("svg", {width: 90, height: 11, "aria-hidden": true},
      svg("rect", {width: Math.max(1, Math.round(90 * share)), height: 11, fill: "#0072B2"}));
}
