import {el, table} from "./dom.js";
import {clock, number} from "./format.js";

// After Okabe and Ito, which people with any color vision can tell apart; brighter on a dark page.
const LIGHT = ["#0072B2", "#D55E00", "#009E73", "#B85C92", "#A87400", "#2C8FC9", "#6B5500", "#6F6F6F"];
const DARK = ["#56B4E9", "#FF9A5C", "#3DD6A5", "#E29BC4", "#F0C24B", "#9AD0F5", "#D8CC6A", "#B5B5B5"];
const dark = matchMedia("(prefers-color-scheme: dark)");

function color(i) {
  const colors = dark.matches ? DARK : LIGHT;
  return colors[i % colors.length];
}

function theme() {
  const style = getComputedStyle(document.documentElement);
  return {text: style.getPropertyValue("--dim").trim(), line: style.getPropertyValue("--line").trim()};
}

/** The times of a history as a chart's x values. */
export function seconds(history) {
  return history.times.map(time => time / 1000);
}

const LABELS = {
  rate: "per second", learningRate: "learning rate", stepMillis: "step time",
  totalP50: "median", totalP99: "99th percentile", queuedP50: "queue, median", queuedP99: "queue, 99th percentile",
  computedP50: "compute, median", computedP99: "compute, 99th percentile", batchSize: "mean batch size",
  versionAge: "mean age", commitP50: "median", commitP99: "99th percentile", trainerMiB: "trainer",
  inferenceMiB: "inference worker"
};

function day(date) {
  return `${date.getDate()} ${date.toLocaleString("en-US", {month: "short"})} `;
}

/** A time on an axis that spans some seconds. */
function timeOfDay(seconds, span) {
  const date = new Date(1000 * seconds);
  const time = date.toLocaleTimeString("en-GB");
  return (span > 86400 ? day(date) : "") + (span > 900 ? time.slice(0, 5) : time);
}

/** A time by itself, with its day unless it is today. */
function exactTime(seconds) {
  const date = new Date(1000 * seconds);
  const today = date.toDateString() === new Date().toDateString();
  return (today ? "" : day(date)) + date.toLocaleTimeString("en-GB");
}

/** Exponential smoothing; 0 leaves the values as they are. */
export function smooth(values, weight) {
  if (!weight) {
    return values;
  }
  let last = null;
  return values.map(value => {
    if (value === null) {
      return null;
    }
    last = last === null ? value : weight * last + (1 - weight) * value;
    return last;
  });
}

/** A value in a table, in full for programs. */
function cell(value, isTime) {
  return value === null ? "–" : isTime ? el("time", {datetime: new Date(1000 * value).toISOString()}, exactTime(value))
      : el("data", {value}, number(value));
}

const live = new Set();

/** Frees all charts of the view that is left. */
export function destroyAll() {
  live.forEach(chart => chart.destroy());
}

/**
 * A chart over time or another axis that is drawn again with new data, and keeps the zoom. Dragging
 * zooms, a double click shows all. For who cannot see it, its values are a table, as they were when
 * it was opened: one that changes each second could not be read.
 */
export class Chart {
  constructor(title, {names, unit = "", height = 190, time = true, axis = "", stacked = false}) {
    this.title = title;
    this.unit = unit;
    this.time = time;
    this.names = names;
    this.height = height;
    this.axis = axis;
    this.marks = [];
    this.box = el("div", {class: "chart", role: "img"});
    this.values = el("details", {class: "values"}, el("summary", {}, "Values"), el("div"));
    this.values.addEventListener("toggle", () => this.list());
    this.element = el("section", {class: "card"}, el("h2", {}, unit ? `${title} (${unit})` : title),
        this.box, this.values);
    this.plot = null;
    this.zoomed = false;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.box);
    live.add(this);
  }

  destroy() {
    this.observer.disconnect();
    this.plot?.destroy();
    this.plot = null;
    this.element.remove();
    live.delete(this);
  }

  /** Draws; data is [x, y, y, …], marks are {x, text}. */
  draw(data, marks = [], names = this.names) {
    this.marks = marks;
    const last = data.slice(1).map((series, i) => {
      const known = series.filter(value => value !== null);
      return `${names[i]}: ${known.length ? Number(known[known.length - 1].toPrecision(4)) : "none"}`;
    });
    this.box.setAttribute("aria-label", `${this.title}, newest values. ${last.join(", ")}`);
    if (this.plot && names.join() === this.names.join()) {
      this.plot.setData(data, !this.zoomed);
      if (this.zoomed) {
        this.plot.redraw();
      }
      return;
    }
    this.names = names;
    this.plot?.destroy();
    const colors = theme();
    const axis = {stroke: colors.text, grid: {stroke: colors.line, width: 1}, ticks: {stroke: colors.line}};
    this.plot = new uPlot({
      width: Math.max(200, this.box.clientWidth),
      height: this.height,
      cursor: {drag: {x: true, y: false}, focus: {prox: 24}},
      scales: {x: {time: this.time}},
      axes: [{
        ...axis, label: this.axis || undefined, labelSize: 18, space: 70,
        ...(this.time ? {values: (plot, at) => at.map(x => timeOfDay(x, plot.scales.x.max - plot.scales.x.min))} : {})
      }, {...axis, size: 64}],
      series: [{
        label: this.time ? "time" : this.axis,
        ...(this.time ? {value: (plot, x) => x === null ? "" : exactTime(x)} : {})
      }, ...names.map((name, i) => ({
        label: LABELS[name] ?? name, value: (plot, y) => y === null ? "–" : number(y), stroke: color(i), width: 1.5,
        dash: i >= LIGHT.length ? [6, 3] : undefined, spanGaps: false, points: {show: data[0].length < 3}
      }))],
      hooks: {
        draw: [plot => this.drawMarks(plot)],
        setSelect: [() => { this.zoomed = true; }]
      }
    }, data, this.box);
    this.plot.over.addEventListener("dblclick", () => { this.zoomed = false; });
  }

  /** Lists what is drawn, if it is asked for. */
  list() {
    const lines = this.plot?.data ?? [[]];
    const columns = this.plot?.series.map((line, i) => [line.label, row => cell(row[i], i === 0 && this.time), "num"]);
    const rows = lines[0].map((place, i) => lines.map(line => line[i]));
    this.values.lastChild.replaceChildren(...(this.values.open
        ? [table(`${this.title} at ${clock(Date.now())}`, columns, rows, "Nothing is drawn yet.")] : []));
  }

  drawMarks(plot) {
    const colors = theme();
    const context = plot.ctx;
    context.save();
    context.setLineDash([3, 4]);
    context.strokeStyle = colors.text;
    context.fillStyle = colors.text;
    context.font = `${11 * devicePixelRatio}px system-ui`;
    const crowded = this.marks.length > 40;
    const taken = [];
    // Marks of a change come first, so that their text has room.
    for (const mark of [...this.marks].sort((a, b) => Boolean(b.strong) - Boolean(a.strong))) {
      const x = plot.valToPos(mark.x, "x", true);
      if (x < plot.bbox.left || x > plot.bbox.left + plot.bbox.width) {
        continue;
      }
      context.beginPath();
      context.moveTo(x, plot.bbox.top);
      context.lineTo(x, plot.bbox.top + plot.bbox.height);
      context.globalAlpha = mark.strong ? 1 : crowded ? 0.2 : 0.5;
      context.stroke();
      context.globalAlpha = 1;
      const end = x + context.measureText(mark.text).width + 10;
      if (taken.every(([from, to]) => end < from || x > to)) {
        context.fillText(mark.text, x + 3, plot.bbox.top + 11 * devicePixelRatio);
        taken.push([x, end]);
      }
    }
    context.restore();
  }

  resize() {
    if (this.plot && this.box.clientWidth > 0) {
      this.plot.setSize({width: this.box.clientWidth, height: this.height});
    }
  }
}

/** Draws elements as an image of gray or color pixels, scaled to its range. */
export function image(canvas, shape, elements) {
  const [channels, height, width] = shape;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  const low = Math.min(...elements);
  const span = Math.max(...elements) - low || 1;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const channel = channels === 3 ? c : 0;
      pixels.data[4 * i + c] = 255 * (elements[channel * width * height + i] - low) / span;
    }
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}

/** Draws a series, or several one above the other, as lines. */
export function lines(canvas, shape, elements) {
  const [length, features] = shape.length === 1 ? [shape[0], 1] : shape;
  canvas.width = 240;
  canvas.height = 120;
  const context = canvas.getContext("2d");
  const low = Math.min(...elements);
  const span = Math.max(...elements) - low || 1;
  for (let f = 0; f < features; f++) {
    context.strokeStyle = DARK[f % DARK.length];
    context.beginPath();
    for (let i = 0; i < length; i++) {
      const x = 4 + 232 * i / Math.max(1, length - 1);
      const y = 116 - 112 * (elements[i * features + f] - low) / span;
      i === 0 ? context.moveTo(x, y) : context.lineTo(x, y);
    }
    context.stroke();
  }
}
