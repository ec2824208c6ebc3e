import {Chart, seconds} from "./charts.js";
import {el, show, table, wide} from "./dom.js";
import {bytes, duration, number, rate} from "./format.js";

function skew(topic) {
  const ends = topic.partitions.map(partition => partition.end - partition.begin);
  const mean = ends.reduce((sum, value) => sum + value, 0) / ends.length;
  return mean === 0 || ends.length < 2 ? "–" : `${number(Math.max(...ends) / mean, 3)} ×`;
}

/** Topics, groups, and what is pending over time. */
export function log(app, main) {
  const topics = wide(el("div", {class: "card"}));
  const partitions = wide(el("div", {class: "card"}));
  const batches = new Chart("Pending batches by partition", {names: []});
  const requests = new Chart("Pending requests by partition", {names: []});
  main.append(topics, batches.element, requests.element, partitions);
  let drawn = 0;
  return async view => {
    if (view.now - drawn < 900) {
      return;
    }
    drawn = view.now;
    show(topics, [table("Topics", [
      ["topic", topic => topic.topic, "what"],
      ["partitions", topic => number(topic.partitions.length), "num"],
      ["offsets", topic => number(topic.partitions.reduce((sum, each) => sum + each.end - each.begin, 0)), "num"],
      ["size", topic => bytes(topic.bytes), "num"],
      ["written", topic => rate(topic.rate), "num"],
      ["largest partition", skew, "num"],
      ["group", topic => topic.group?.group ?? ""],
      ["pending records", topic => topic.group ? `${topic.group.exact ? "" : "≤ "}${number(topic.group.pending)}` : "", "num"],
      ["read", topic => topic.group ? rate(topic.group.rate) : "", "num"],
      ["to catch up", topic => !topic.group ? "" : topic.group.secondsToCatchUp === null ? "does not shrink"
          : duration(1000 * topic.group.secondsToCatchUp), "num"]
    ], view.topics, "The model has no topics.")]);
    show(partitions, [table("Partitions that a group reads", [
      ["partition", row => `${row.topic}-${row.partition}`],
      ["begin", row => number(row.begin), "num"],
      ["end", row => number(row.end), "num"],
      ["committed", row => number(row.committed), "num"],
      ["pending", row => number(row.pending), "num"]
    ], view.topics.filter(topic => topic.group).flatMap(topic => topic.partitions.map(each => ({...each, topic: topic.name}))), "None.")]);
    for (const [name, chart] of [["batches", batches], ["requests", requests]]) {
      const history = await app.get(`pending/${name}?since=${app.since()}`);
      if (history.columns.length) {
        chart.draw([seconds(history), ...history.series], [],
            history.columns.map(partition => `partition ${partition}`));
      }
    }
  };
}
