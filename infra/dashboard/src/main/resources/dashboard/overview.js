import {Chart, seconds} from "./charts.js";
import {badge, card, el, figures, show, table, wide} from "./dom.js";
import {ago, duration, milliseconds, number, percent, rate} from "./format.js";

const topicOf = (view, name) => view.topics.find(topic => topic.name === name);

const ended = worker => worker.gone || ["STOPPED", "FAILED"].includes(worker.state);

function workerBadge(worker) {
  if (worker.gone) {
    return badge("bad", "GONE");
  }
  const kind = {READY: "good", STANDBY: "good", DEGRADED: "warn", FAILED: "bad"}[worker.state] ?? "";
  return badge(kind, worker.state);
}

function stage(view, role, title) {
  const running = view.workers.filter(worker => worker.role === role && !ended(worker));
  return el("li", {}, el("span", {class: "name"}, title),
      el("span", {class: "big"}, String(running.length)), " running",
      el("div", {class: "dim"}, detail(view, role)));
}

function detail(view, role) {
  if (role === "TRAINER") {
    return view.training ? `${view.training.phase.toLowerCase().replace("_", " ")}, ${number(view.training.rate, 3)} samples/s` : "not seen yet";
  }
  if (role === "INFERENCE") {
    return `${rate(view.serving.rate)} answers`;
  }
  return topicOf(view, "batches")?.rate > 0 ? "sending" : "idle";
}

function edge(view, name) {
  const topic = topicOf(view, name);
  if (!topic) {
    return el("li", {class: "topic"}, el("span", {class: "name"}, name), "does not exist");
  }
  const group = topic.group;
  const lag = !group ? null : el("div", {class: group.pending > 0 ? "" : "dim"},
      `${group.exact ? "" : "≤ "}${number(group.pending)} pending`,
      group.pending > 0 ? `, ${group.secondsToCatchUp === null ? "does not shrink"
          : `${duration(1000 * group.secondsToCatchUp)} to catch up`}` : "");
  return el("li", {class: "topic"}, el("span", {class: "name"}, name),
      el("span", {class: "big"}, rate(topic.rate)), lag);
}

/** The flow from producer to prediction, the newest figures, and the workers. */
export function overview(app, main) {
  const flow = wide(card("Flow"));
  const flowBody = flow.appendChild(el("div"));
  const now = card("Now");
  const nowBody = now.appendChild(el("div"));
  const loss = new Chart("Loss", {names: ["loss"]});
  const answers = new Chart("Predictions per second", {names: ["predictions"]});
  const workers = wide(el("div", {class: "card"}));
  let drawn = 0;
  main.append(flow, now, loss.element, answers.element, workers);
  return async view => {
    show(flowBody, [el("ol", {class: "flow"}, stage(view, "PRODUCER", "producers"), edge(view, "batches"),
        stage(view, "TRAINER", "trainers"), edge(view, "checkpoints"), edge(view, "requests"),
        stage(view, "INFERENCE", "inference workers"), edge(view, "predictions"))]);
    const training = view.training;
    show(nowBody, [figures([
      ["newest version", number(view.newestVersion)],
      ["pinned", view.pinned ? `version ${view.pinned}` : "no"],
      ["samples trained", number(training?.samples)],
      ["epoch", number(training?.epoch)],
      ["loss", number(training?.loss)],
      ["prequential accuracy", percent(training?.accuracy)],
      ["answers per second", rate(view.serving.rate)],
      ["median latency", milliseconds(view.serving.totalP50)],
      ["99th percentile", milliseconds(view.serving.totalP99)],
      ["answers seen", number(view.serving.total)],
      ["errors", number(view.serving.errors)],
      ["open dead letters", number(view.openLetters)]
    ])]);
    show(workers, [table("Workers", [
      ["worker", worker => worker.worker],
      ["role", worker => worker.role.toLowerCase()],
      ["health", workerBadge],
      ["version", worker => number(worker.version), "num"],
      ["up", worker => ended(worker) ? "–" : duration(Math.floor((view.now - worker.startedAt) / 1000) * 1000), "num"],
      ["last news", worker => ago(view.now - worker.seenAt), "num"],
      ["host", worker => `${worker.host}, process ${worker.pid}`],
      ["metrics", worker => worker.metricsAddress ?? "none"],
      ["says", worker => worker.detail, "what"]
    ], view.workers, "No worker has announced itself yet. Start one: tidemill train, tidemill serve.")]);
    if (view.now - drawn < 1900) {
      return;
    }
    drawn = view.now;
    const [trained, served] = await Promise.all([
      app.get(`training?since=${app.since()}`), app.get(`serving?since=${app.since()}`)]);
    loss.draw([seconds(trained), trained.series[trained.columns.indexOf("loss")]]);
    answers.draw([seconds(served.history), served.history.series[served.history.columns.indexOf("rate")]]);
  };
}
