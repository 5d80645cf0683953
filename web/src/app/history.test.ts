import type { Location, NavigationType, To } from "react-router";
import { beforeEach, expect, it } from "vitest";
import { GuardedHistory, type PlainHistory, type Step } from "./history";

const locationOf = (pathname: string): Location => ({
  pathname,
  search: "",
  hash: "",
  state: null,
  key: pathname,
  mask: undefined,
});

/** The browser's history, as far as it matters; moves of its own are told at once. */
class Browser implements PlainHistory {
  entries = [locationOf("/a")];
  index = 0;
  action = "POP" as NavigationType;
  private listener: Parameters<PlainHistory["listen"]>[0] = () => {};

  get location(): Location {
    return this.entries[this.index] ?? locationOf("?");
  }
  createHref = (to: To) => String(to);
  encodeLocation = (to: To) => ({ pathname: String(to), search: "", hash: "" });
  push(to: To): void {
    this.entries = [...this.entries.slice(0, this.index + 1), locationOf(String(to))];
    this.index += 1;
    this.tell("PUSH", 1);
  }
  replace(to: To): void {
    this.entries[this.index] = locationOf(String(to));
    this.tell("REPLACE", 0);
  }
  go(delta: number): void {
    this.index += delta;
    this.tell("POP", delta);
  }
  listen(listener: Parameters<PlainHistory["listen"]>[0]): () => void {
    this.listener = listener;
    return () => {};
  }
  private tell(action: string, delta: number): void {
    this.action = action as NavigationType;
    this.listener({ action: this.action, location: this.location, delta });
  }
}

let browser: Browser;
let history: GuardedHistory;
let steps: Step[];
let held: (() => void)[];
const shown = () => steps.at(-1)?.location.pathname ?? "/a";
const guard = () =>
  history.guard({ holds: (from, to) => from.pathname !== to.pathname, held: (proceed) => held.push(proceed) });

beforeEach(() => {
  browser = new Browser();
  history = new GuardedHistory(browser);
  steps = [];
  held = [];
  history.listen((step) => steps.push(step));
});

it("nobody asks where nothing is lost", () => {
  history.push("/b");
  history.replace("/c");
  expect(shown()).toBe("/c");
  history.go(-1);
  expect(shown()).toBe("/a");
});

it.each(["push", "replace"] as const)("%s is held up, and goes on when it may", (how) => {
  const release = guard();
  history[how]("/b?x=1#y");
  expect(shown()).toBe("/a");
  expect(held).toHaveLength(1);
  release();
  held[0]?.();
  expect(browser.location.pathname).toBe("/b?x=1#y");
});

it("a change of the query alone leaves nothing", () => {
  guard();
  history.push("?x=1");
  expect(held).toHaveLength(0);
});

it("the browser's way back is taken back, and taken when it may be", () => {
  history.push("/b");
  guard();
  history.go(-1);
  expect(shown()).toBe("/b");
  expect(browser.location.pathname).toBe("/b");
  expect(held).toHaveLength(1);
  held[0]?.();
  expect(shown()).toBe("/a");
  expect(browser.location.pathname).toBe("/a");
});

it("whoever stays is asked again the next time", () => {
  history.push("/b");
  guard();
  history.go(-1);
  history.go(-1);
  expect(held).toHaveLength(2);
  expect(shown()).toBe("/b");
});

it("once let go, nothing is held", () => {
  guard()();
  history.push("/b");
  expect(shown()).toBe("/b");
});
