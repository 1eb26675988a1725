import { GOALS, isMet } from "../goals.mjs";
import { dollars, table, times } from "./text.mjs";

/** The table of the goals, and what is to be said of those that are not reached. */
export function goals(given) {
  const measured = GOALS.map((goal) => ({ ...goal, value: goal.figure(given) }));
  const shown = ({ dollars: inDollars }, value) => (inDollars ? dollars(value) : times(value));
  const wanted = (goal) => (goal.bound.least === undefined ? `at most ${shown(goal, goal.bound.most)}` : `at least ${shown(goal, goal.bound.least)}`);
  const rows = measured.map((goal) => [goal.goal, wanted(goal), shown(goal, goal.value), isMet(goal.bound, goal.value) ? "met" : "**not met**"]);
  const missed = measured.filter((goal) => !isMet(goal.bound, goal.value));
  return `## Goals

${table(["what", "goal", "measured", ""], rows)}${missed.length === 0 ? "" : `\n\n${answers(missed, given.notes)}`}`;
}

function answers(missed, notes) {
  const sections = missed.map(({ id, goal }) => `### Not met: ${lower(goal)}\n\n${note(notes, id)}`);
  return sections.join("\n\n");
}

/** The section of notes.md that is headed by this id. */
function note(notes, id) {
  const section = notes.split(/^## /m).find((text) => text.startsWith(`${id}\n`));
  return section?.slice(id.length).trim() || `Nothing is written on this yet (\`bench/notes.md\`, \`${id}\`).`;
}

const lower = (text) => (/^[A-Z]{2}/.test(text) ? text : text[0].toLowerCase() + text.slice(1));
