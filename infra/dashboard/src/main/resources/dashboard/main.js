import {destroyAll} from "./charts.js";
import {el, show} from "./dom.js";
import {clock} from "./format.js";
import {overview} from "./overview.js";
import {training} from "./training.js";
import {versions} from "./versions.js";
import {serving} from "./serving.js";
import {data} from "./data.js";
import {letters} from "./letters.js";
import {log} from "./log.js";
import {actions} from "./actions.js";

const PANELS = {
  overview: ["Overview", overview],
  training: ["Training", training],
  versions: ["Versions", versions],
  serving: ["Serving", serving],
  data: ["Data", data],
  letters: ["Dead letters", letters],
  log: ["Log", log],
  actions: ["Actions", actions]
};
const byId = id => document.getElementById(id);

/** What all panels share: the model, its newest view, and how to ask and to steer. */
const app = {
  model: "",
  view: null,
  steers: false,
  token: "",
  range: () => Number(byId("range").value),
  since: () => (app.view?.now ?? Date.now()) - 1000 * app.range(),
  get: path => request(`/api/models/${encodeURIComponent(app.model)}/${path}`),
  canSteer: () => app.steers,
  models: [],
  show: name => select(name),
  steer
};

let panel = null;
let stream = null;
let lastView = 0;
let working = false;
let again = false;

async function request(path, options = {}) {
  const answer = await fetch(path, options);
  if (!answer.ok) {
    throw new Error(await reason(answer));
  }
  return answer.json();
}

async function reason(answer) {
  const text = await answer.text();
  try {
    const body = JSON.parse(text);
    return body.error || body.title || text;
  } catch {
    return text;
  }
}

/** Asks first, then sends a command; says what came of it. */
async function steer(title, text, path, body, input = null) {
  if (!app.token && !await enterToken()) {
    return;
  }
  const value = await ask(title, text, input);
  if (value === null) {
    return;
  }
  if (input) {
    body[input.name] = input.number ? Number(value) : value;
  }
  try {
    const answer = await request(`/api/models/${encodeURIComponent(app.model)}/${path}`, {
      method: "POST",
      headers: {"Content-Type": "application/json", "Authorization": `Bearer ${app.token}`},
      body: JSON.stringify(body)
    });
    note(answer.refused?.length ? `${answer.done.length} done; refused: ${answer.refused.join("; ")}`
        : "Sent. The workers' answers appear in Actions.");
  } catch (error) {
    if (/token/.test(error.message)) {
      forgetToken();
    }
    note(`Not done: ${error.message}`);
  }
  refresh();
}

function forgetToken() {
  app.token = "";
  byId("steer").textContent = "Enter token";
}

async function enterToken() {
  const value = await ask("Token", "Commands need the token of this dashboard. It is kept until the page is closed.",
      {name: "token", label: "Token", secret: true});
  app.token = value ?? "";
  byId("steer").textContent = app.token ? "Forget token" : "Enter token";
  return app.token !== "";
}

function ask(title, text, input) {
  byId("ask-title").textContent = title;
  byId("ask-text").textContent = text;
  const field = byId("ask-value");
  byId("ask-label").hidden = field.hidden = !input;
  byId("ask-label").textContent = input?.label ?? "";
  field.type = input?.secret ? "password" : "text";
  field.value = input?.value ?? "";
  byId("ask-yes").textContent = input?.secret ? "Use" : "Yes";
  const dialog = byId("ask");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener("close", () => {
    const value = field.value;
    field.value = "";
    resolve(dialog.returnValue === "yes" ? value : null);
  }, {once: true}));
}

let noteTimer = 0;
function note(text) {
  byId("note").textContent = text;
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => { byId("note").textContent = ""; }, 8000);
}

function select(name) {
  location.hash = name;
  for (const tab of byId("tabs").children) {
    const selected = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
  }
  const main = byId("panel");
  main.setAttribute("aria-labelledby", `tab-${name}`);
  delete main.dataset.shown;
  destroyAll();
  main.replaceChildren();
  panel = PANELS[name][1](app, main);
  refresh();
}

/** Lets the panel draw; a view that comes while it works is drawn next. */
async function refresh() {
  if (working) {
    again = true;
    return;
  }
  working = true;
  try {
    do {
      again = false;
      if (app.view) {
        await panel(app.view);
      }
    } while (again);
  } catch (error) {
    note(`This view cannot be drawn: ${error.message}`);
  } finally {
    working = false;
  }
}

function faults(view) {
  const kinds = {ERROR: "bad", WARNING: "warn", INFO: ""};
  show(byId("faults"), view.faults.map(fault => el("div", {class: `fault ${kinds[fault.severity]}`},
      el("strong", {}, fault.what), el("p", {}, fault.why), el("p", {}, "→ ", el("code", {}, fault.todo)))));
}

function status(view) {
  const late = Date.now() - lastView > 4000;
  const badge = byId("state");
  const errors = view.faults.filter(fault => fault.severity === "ERROR").length;
  const warnings = view.faults.filter(fault => fault.severity === "WARNING").length;
  const [kind, text] = late ? ["bad", `no connection since ${clock(lastView)}`]
      : view.loading ? ["warn", "reading the log"]
      : errors ? ["bad", `${errors} fault${errors > 1 ? "s" : ""}`]
      : warnings ? ["warn", `${warnings} warning${warnings > 1 ? "s" : ""}`] : ["good", "all is well"];
  badge.className = `badge ${kind}`;
  badge.textContent = text;
  document.title = errors || late ? `⚠ ${view.model} – Tidemill` : `${view.model} – Tidemill`;
}

function follow(model) {
  stream?.close();
  app.model = model;
  app.view = null;
  stream = new EventSource(`/api/models/${encodeURIComponent(model)}/stream`);
  stream.addEventListener("view", event => {
    lastView = Date.now();
    app.view = JSON.parse(event.data);
    faults(app.view);
    status(app.view);
    refresh();
  });
  stream.addEventListener("refused", event => {
    stream.close();
    note(event.data);
  });
  select(PANELS[location.hash.slice(1)] ? location.hash.slice(1) : "overview");
}

function tabs() {
  byId("tabs").append(...Object.entries(PANELS).map(([name, [title]]) => el("button", {
    role: "tab", id: `tab-${name}`, type: "button", "aria-controls": "panel", "aria-selected": "false",
    onclick: () => select(name)
  }, title)));
  byId("tabs").addEventListener("keydown", event => {
    const all = [...byId("tabs").children];
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    const at = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1
        : step ? (all.indexOf(document.activeElement) + step + all.length) % all.length : -1;
    if (at >= 0) {
      event.preventDefault();
      all[at].focus();
      all[at].click();
    }
  });
}

async function begin() {
  tabs();
  const found = await request("/api/models");
  app.steers = found.steers;
  app.models = found.models;
  byId("steer").hidden = !found.steers;
  byId("ask-no").addEventListener("click", () => byId("ask").close("no"));
  byId("steer").addEventListener("click", () => {
    if (app.token) {
      forgetToken();
    } else {
      enterToken();
    }
  });
  byId("model").append(...found.models.map(name => el("option", {value: name}, name)));
  byId("model").addEventListener("change", event => follow(event.target.value));
  byId("range").addEventListener("change", () => select(location.hash.slice(1)));
  setInterval(() => app.view && status(app.view), 1000);
  follow(found.models[0]);
}

begin().catch(error => note(`The dashboard does not answer: ${error.message}`));
