import {Chart, seconds, smooth} from "./charts.js";
import {card, el, figures, show, table, wide} from "./dom.js";
import {ago, clock, number, percent, rate} from "./format.js";

/** Loss, accuracy and speed of the trainer, over time, samples or epochs. */
export function training(app, main) {
  const axis = el("select", {id: "axis"}, el("option", {value: "time"}, "time"),
      el("option", {value: "samples"}, "samples"), el("option", {value: "epoch"}, "epochs"));
  const weight = el("select", {id: "smoothing"}, el("option", {value: "0"}, "none"),
      el("option", {value: "0.6"}, "0.6"), el("option", {value: "0.9"}, "0.9"));
  const others = el("select", {id: "compare"}, el("option", {value: ""}, "no other model"),
      ...app.models.filter(name => name !== app.model).map(name => el("option", {value: name}, name)));
  const now = wide(card("Trainer"));
  const nowBody = now.appendChild(el("div"));
  now.append(el("div", {class: "actions"}, el("label", {for: "axis"}, "Axis"), axis,
      el("label", {for: "smoothing"}, "Smoothing"), weight,
      el("label", {for: "compare"}, "Beside"), others));
  main.append(now);
  const drift = wide(card("Drift"));
  const driftBody = drift.appendChild(el("div"));
  drift.hidden = true;
  main.append(drift);
  let charts = null;
  let memory = null;
  let drawn = "";
  let remembered = 0;
  const redraw = () => {
    charts?.forEach(chart => chart.destroy());
    memory?.destroy();
    charts = null;
    drawn = "";
    remembered = 0;
  };
  axis.addEventListener("change", redraw);
  weight.addEventListener("change", redraw);
  others.addEventListener("change", redraw);

  function make() {
    const x = axis.value;
    const options = {time: x === "time", axis: x === "time" ? "" : x};
    const own = others.value ? [app.model, others.value] : null;
    charts = [
      new Chart("Loss", {names: own ?? ["loss"], ...options}),
      new Chart("Prequential accuracy", {names: own ?? ["accuracy"], ...options}),
      new Chart("Samples per second", {names: own ?? ["rate"], ...options}),
      new Chart("Learning rate", {names: own ?? ["learningRate"], ...options}),
      new Chart("Step time", {names: own ?? ["stepMillis"], unit: "ms", ...options})
    ];
    memory = new Chart("Memory of the largest process", {names: ["trainerMiB", "inferenceMiB"], unit: "MiB"});
    main.append(...charts.map(chart => chart.element), memory.element);
  }

  function column(chart, name) {
    return chart.series[chart.columns.indexOf(name)];
  }

  /** Values of two models over common places on the axis. */
  function joined(first, second, name, x) {
    const place = (chart, i) => x === "time" ? chart.times[i] / 1000 : column(chart, x)[i];
    const at = new Map();
    [first, second].forEach((chart, which) => {
      if (chart) {
        smooth(column(chart, name), Number(weight.value)).forEach((value, i) => {
          const key = place(chart, i);
          const row = at.get(key) ?? [null, null];
          row[which] = value;
          at.set(key, row);
        });
      }
    });
    const keys = [...at.keys()].filter(key => key !== null).sort((a, b) => a - b);
    return [keys, keys.map(key => at.get(key)[0]), ...(second ? [keys.map(key => at.get(key)[1])] : [])];
  }

  /** A regression has no accuracy: the error of each target by version, in its unit. */
  function errors(versions, marks, x) {
    const measured = versions.filter(version => version.errors.length && (x !== "epoch" || version.ranges.length));
    const targets = [...new Set(measured.flatMap(version => version.errors.map(error => error.target)))].slice(0, 8);
    if (!targets.length) {
      return;
    }
    if (charts.length === 5) {
      charts[1].element.hidden = true;
      charts.push(new Chart("Prequential RMSE", {names: targets, time: x === "time", axis: x === "time" ? "" : x}));
      charts[0].element.after(charts[5].element);
    }
    const at = version => x === "time" ? version.createdAt / 1000 : x === "samples" ? version.samples : version.ranges.at(-1).epoch;
    charts[5].draw([measured.map(at), ...targets.map(target => measured.map(version =>
        version.errors.find(error => error.target === target)?.rmse ?? null))], marks, targets);
  }

  /** Draws what the trainer, the lineage and the drift detectors say. */
  async function draw() {
    const since = app.since();
    const [history, versions, drifts, other] = await Promise.all([
      app.get(`training?since=${since}`), app.get("versions"), app.get("drifts"),
      others.value ? fetch(`/api/models/${encodeURIComponent(others.value)}/training?since=${since}`).then(answer => answer.json()) : null]);
    if (!charts) {
      make();
    }
    const x = axis.value;
    const inRange = versions.filter(version => version.createdAt >= since).reverse();
    const marks = inRange.map(version => ({
      x: x === "time" ? version.createdAt / 1000 : x === "samples" ? version.samples : version.ranges.at(-1)?.epoch ?? null,
      text: version.changes.length ? `${version.version}*` : String(version.version),
      strong: version.changes.length > 0
    })).filter(mark => mark.x !== null);
    if (x !== "epoch") {
      marks.push(...drifts.filter(change => change.at >= since).map(change => ({
        x: x === "time" ? change.at / 1000 : change.samples, text: "drift", strong: true})));
    }
    drift.hidden = !drifts.length;
    show(driftBody, [table("Changes in the data", [
      ["found", change => clock(change.at), "num"],
      ["what", change => change.what],
      ["began", change => `${change.topic}, partition ${change.partition}, offset ${change.offset}`],
      ["version", change => number(change.version), "num"],
      ["what the trainer did", change => change.action, "what"]
    ], drifts, "None was found.")]);
    ["loss", "accuracy", "rate", "learningRate", "stepMillis"].forEach((name, i) =>
        charts[i].draw(joined(history, other, name, x), i < 2 ? marks : []));
    errors(inRange, marks, x);
  }

  return async view => {
    const training = view.training;
    show(nowBody, [training ? figures([
      ["worker", training.worker],
      ["phase", view.paused ? `${training.phase} (paused)` : training.phase],
      ["epoch", number(training.epoch)],
      ["steps", number(training.steps)],
      ["samples", number(training.samples)],
      ["samples per second", rate(training.rate)],
      ["loss", number(training.loss)],
      ["accuracy", percent(training.accuracy)],
      ["learning rate", number(training.learningRate)],
      ["refused records", number(training.refusedRecords)],
      ["last step", ago(view.now - training.trainedAt)]
    ]) : el("p", {class: "dim"}, "No trainer has reported yet. Start one: tidemill train --model "
        + `${app.model} --spec lenet`)]);
    const stamp = `${training?.at} ${view.versionsRevision} ${view.driftsRevision}`;
    if (stamp !== drawn) {
      drawn = stamp;
      await draw();
    }
    // Workers have a memory also while nothing is trained.
    if (view.now - remembered > 1900) {
      remembered = view.now;
      const announced = await app.get(`figures?since=${app.since()}`);
      memory?.draw([seconds(announced), ...announced.series.slice(2)]);
    }
  };
}
