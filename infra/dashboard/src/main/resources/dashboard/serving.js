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
  const fresh = card("Freshness: how old a version's oldest sample is when it is first served");
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
    const [all, announced, freshness] = await Promise.all([
      app.get(`serving?since=${app.since()}`), app.get(`figures?since=${app.since()}`), app.get("freshness")]);
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
    show(freshBody, distribution(freshness));
  };
}

function distribution(freshness) {
  if (!freshness.versions && !Object.keys(freshness.leftOut).length) {
    return [el("p", {}, "No version has been served for the first time since the dashboard started.")];
  }
  const most = Math.max(1, ...freshness.buckets.map(bucket => bucket.versions));
  const leftOut = Object.entries(freshness.leftOut).map(([why, count]) => `${number(count)} ${why}`).join(", ");
  return [
    el("p", {}, `${number(freshness.versions)} ${freshness.versions === 1 ? "version" : "versions"} since the dashboard started, at most the newest 500`
        + (leftOut ? `; left out: ${leftOut}` : "")),
    table("Freshness by stage", [
      ["stage", row => row.name],
      ["median", row => duration(row.median), "num"],
      ["90th percentile", row => duration(row.p90), "num"],
      ["longest", row => duration(row.longest), "num"]
    ], freshness.stages, "No version was measured."),
    table("Versions by their total", [
      ["total", row => row.millis === null ? "more" : `up to ${duration(row.millis)}`],
      ["versions", row => number(row.versions), "num"],
      ["as a bar", row => bar(row.versions / most)]
    ], freshness.buckets, "No version was measured.")
  ];
}

function bar(share) {
  return svg("svg", {width: 90, height: 11, "aria-hidden": true},
      svg("rect", {width: Math.max(1, Math.round(90 * share)), height: 11, fill: "#0072B2"}));
}
