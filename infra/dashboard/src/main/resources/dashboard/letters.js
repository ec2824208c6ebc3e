import {badge, card, el, table, wide} from "./dom.js";
import {bytes, clock, number} from "./format.js";

/** Records that workers refused. */
export function letters(app, main) {
  const reasons = wide(el("div", {class: "card"}));
  const list = wide(el("div", {class: "card"}));
  main.append(reasons, list);
  let known = -1;
  let topicId = "";

  function buttons(id, what, body) {
    if (!app.canSteer()) {
      return "";
    }
    const button = (action, text) => el("button", {type: "button", id: `${action}-${id}`, onclick: () =>
        app.steer(`${action === "replay" ? "Replay" : "Discard"} ${what}?`, text, "letters", {action, topicId, ...body})},
        action === "replay" ? "Replay" : "Discard");
    return el("span", {}, button("replay", "The records are sent to their topics again."),
        button("discard", "They are marked as done; the records stay where they are."));
  }

  return async view => {
    if (view.lettersRevision === known) {
      return;
    }
    known = view.lettersRevision;
    const all = await app.get("letters");
    topicId = all.topicId;
    const older = all.open - all.reasons.reduce((sum, row) => sum + row.count, 0);
    const howMany = row => older > 0 ? `the ${number(row.count)} newest` : `all ${number(row.count)}`;
    const olderOnes = older > 0 ? el("p", {}, `${number(older)} older ones are open, too. This page does not keep them.`
        + " tidemill dead-letters list shows them. Its commands replay and discard take --all, or --reason with a part of the reason.") : "";
    reasons.replaceChildren(table("Reasons of open dead letters", [
      ["reason (numbers as #)", row => row.kind, "what"],
      ["open", row => number(row.count), "num"],
      ...(app.canSteer() ? [["actions", row => buttons(`kind-${all.reasons.indexOf(row)}`, `${howMany(row)} of this reason`, {kind: row.kind})]] : [])
    ], all.reasons, older > 0 ? "None of the newest is open." : "No dead letter is open."), olderOnes);
    list.replaceChildren(table(`Dead letters (${number(all.total)} seen, ${number(all.open)} open)`, [
      ["offset", row => number(row.offset), "num"],
      ["when", row => clock(row.at), "num"],
      ["record", row => `${row.topic}-${row.partition}, offset ${row.recordOffset}`, "what"],
      ["reason", row => row.reason, "what"],
      ["refused by", row => row.worker],
      ["size", row => bytes(row.bytes), "num"],
      ["begins with", row => el("code", {}, row.preview.slice(0, 120)), "what"],
      ["state", row => row.action ? `${row.action === "REPLAY" ? "replayed" : "discarded"} by ${row.operator}` : badge("warn", "open")],
      ...(app.canSteer() ? [["actions", row => row.action ? "" : buttons(row.offset, `dead letter ${row.offset}`, {offsets: [row.offset]})]] : [])
    ], all.newest, "Workers have refused no record."));
  };
}
