import {badge, card, el, show, table, wide} from "./dom.js";
import {clock} from "./format.js";

/** Commands to the workers, and the list of all that were given. */
export function actions(app, main) {
  const steer = wide(card("Steer"));
  const buttons = steer.appendChild(el("div", {class: "actions"}));
  const list = wide(el("div", {class: "card"}));
  main.append(steer, list);
  let known = -1;
  const all = [
    ["pause", "Pause training", "Training stops between two steps until it is resumed.", {action: "PAUSE"}],
    ["resume", "Resume training", "Training goes on where it stopped.", {action: "RESUME"}],
    ["checkpoint", "Checkpoint now", "The trainer publishes what it has trained as a version.", {action: "CHECKPOINT"}],
    ["rate", "Change the learning rate", "The schedule's learning rate is multiplied until the next change.",
      {action: "LEARNING_RATE"}, {name: "factor", label: "Factor", value: "1", number: true}],
    ["pin", "Pin a version", "Inference workers serve it until it is unpinned.", {action: "PIN"},
      {name: "version", label: "Version", number: true}],
    ["unpin", "Unpin", "Inference workers serve the newest version.", {action: "UNPIN"}],
    ["delete", "Delete weights", "The weights of this version are removed before retention does it. Its entry in the lineage stays.",
      {action: "DELETE"}, {name: "version", label: "Version", number: true}],
    ["rollback", "Roll back", "Training goes on from the weights of this version, at the newest position of the data.",
      {action: "ROLLBACK"}, {name: "version", label: "Version", number: true}]
  ];
  if (app.canSteer()) {
    buttons.append(...all.map(([id, title, text, body, input]) => el("button", {type: "button", id: `do-${id}`,
      onclick: () => app.steer(`${title}?`, text, "commands", {...body}, input)}, title)));
  } else {
    buttons.append(el("p", {class: "dim"}, "This page is read-only. Start it with --token-file FILE to steer,"
        + " or use the commands: tidemill train pause, tidemill models pin, …"));
  }
  return async view => {
    if (view.commandsRevision === known) {
      return;
    }
    known = view.commandsRevision;
    const rows = await app.get("commands");
    show(list, [table("What operators commanded", [
      ["when", row => clock(row.at), "num"],
      ["who", row => row.operator],
      ["command", row => [row.action, row.version, row.factor].filter(part => part !== null).join(" ")],
      ["what the workers answered", row => el("span", {}, ...row.outcomes.flatMap(outcome => [
        badge(outcome.accepted ? "good" : "bad", outcome.accepted ? "done" : "refused"),
        ` ${outcome.worker}: ${outcome.message} `])), "what"]
    ], rows, "Nobody has given a command.")]);
  };
}
