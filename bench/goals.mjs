// The goals, each with where its figure comes from. bench/notes.md has a section for each that is not reached, headed
// by its id: what was tried, how far it came, and why the rest is out of reach.
import { bill, prices } from "./cost.mjs";

const GATEHOUSE = "gatehouse";
const PEER = "better-auth";

export const GOALS = [
  {
    id: "me-better-auth",
    goal: "Reading one's user, against better-auth's session read",
    bound: { least: 3 },
    figure: ({ figures }) => figures.ratio(["me", GATEHOUSE], ["me", PEER]),
  },
  {
    id: "me-hono",
    goal: "Reading one's user, against Hono + jose with one D1 read",
    bound: { least: 1 },
    figure: ({ figures }) => figures.ratio(["me", GATEHOUSE], ["me", "hono"]),
  },
  {
    id: "jwks-constant",
    goal: "JWKS, against a worker that answers a constant",
    bound: { least: 0.6 },
    figure: ({ figures }) => figures.ratio(["jwks", GATEHOUSE], ["jwks", "constant"]),
  },
  {
    id: "login-better-auth",
    goal: "Login, against better-auth's sign-in",
    bound: { least: 1.5 },
    figure: ({ figures }) => figures.ratio(["login", GATEHOUSE], ["login", PEER]),
  },
  {
    id: "login-hash",
    goal: "Time of a login, against that of the bare hash",
    bound: { most: 1.15 },
    figure: ({ figures }) => figures.ratio(["hash 19 MiB x 2", "hash"], ["login", GATEHOUSE]),
  },
  {
    id: "sign-up-better-auth",
    goal: "Sign-up, against better-auth's",
    bound: { least: 1.7 },
    figure: ({ figures }) => figures.ratio(["sign-up", GATEHOUSE], ["sign-up", PEER]),
  },
  {
    id: "code-login",
    goal: "A code's answer, against a login",
    bound: { least: 10 },
    figure: ({ figures }) => figures.ratio(["code", GATEHOUSE], ["login", GATEHOUSE]),
  },
  {
    id: "first-answer",
    goal: "First answer after start, against better-auth's",
    bound: { most: 0.6 },
    figure: ({ figures }) => figures.firstAnswer(GATEHOUSE) / figures.firstAnswer(PEER),
  },
  {
    id: "refresh-cost",
    goal: "A million refreshes",
    bound: { most: 3 },
    dollars: true,
    figure: ({ cost }) => cost("refresh"),
  },
  {
    id: "login-cost",
    goal: "A million logins with their codes, text messages apart",
    bound: { most: 45 },
    dollars: true,
    figure: ({ cost }) => cost("login") + cost("code"),
  },
  {
    id: "daily-users",
    goal: `${prices.daily.users.toLocaleString("en")} daily users for a month, text messages apart`,
    bound: { most: 200 },
    dollars: true,
    figure: ({ cost }) => bill(cost).sum,
  },
];

export const isMet = ({ least, most }, figure) => (least === undefined || figure >= least) && (most === undefined || figure <= most);
