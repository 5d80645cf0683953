// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it } from "vitest";
import { useAuth } from "@/features/account/authStore";
import { sessionOf, userOf } from "@/features/account/session/testing";
import { starting } from "@/features/account/session/sessionState";
import { readDraft, writeDraft } from "@/features/chat/drafts";
import { keepDrafts } from "./draftKeeper";

const ann = userOf("ann").id;
let stop: () => void;

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("kontor.theme", "dark");
  useAuth.setState({ state: starting });
  stop = keepDrafts();
  writeDraft(ann, "c", { text: "half a thought", key: "k" });
});
afterEach(() => stop());

const draft = () => readDraft(ann, "c").text;

it("a session that ends by itself leaves the draft to its owner, who finds it after signing in again", () => {
  useAuth.setState({ state: { phase: "in", session: sessionOf("ann") } });
  useAuth.setState({ state: { phase: "interrupted", user: userOf("ann") } });
  useAuth.setState({ state: { phase: "out", reason: null } });
  useAuth.setState({ state: { phase: "in", session: sessionOf("ann", 2) } });
  expect(draft()).toBe("half a thought");
  expect(readDraft(ann, "c").key).toBe("k");
});

it.each(["signed_out", "unconfirmed", "deleted"] as const)("whoever leaves (%s) leaves nothing", (reason) => {
  useAuth.setState({ state: { phase: "out", reason } });
  expect({ ...localStorage }).toEqual({ "kontor.theme": "dark" });
});

it("somebody else who signs in finds nothing", () => {
  useAuth.setState({ state: { phase: "interrupted", user: userOf("ann") } });
  useAuth.setState({ state: { phase: "in", session: sessionOf("bob") } });
  expect({ ...localStorage }).toEqual({ "kontor.theme": "dark" });
});

it("what is no draft is none", () => {
  localStorage.setItem(`kontor.draft.${ann}.c`, "{");
  expect(readDraft(ann, "c")).toEqual({ text: "", key: null });
  localStorage.setItem(`kontor.draft.${ann}.c`, '{"text":7}');
  expect(readDraft(ann, "c")).toEqual({ text: "", key: null });
});

it("an empty draft takes no place", () => {
  writeDraft(ann, "c", { text: "", key: null });
  expect(localStorage.getItem(`kontor.draft.${ann}.c`)).toBeNull();
});
