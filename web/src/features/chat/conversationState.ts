/**
 * What is shown of a conversation: a page that was read, and the events behind it, one after the other. Pure; who reads and
 * listens is in live/conversations.ts. An event counts once, in its turn: one that was seen before changes nothing, and one that
 * comes too early means that something was missed (`stale`), so that the page is read again.
 */
import type { ConversationWithMessages, Message, ToolCall } from "@/api/types";
import type { EventFrame, RunErrorFrame, ToolResultFrame } from "@/features/stream/frames";

/** Why an answer did not come, and when that was told (milliseconds since 1970, by this computer's clock). */
export interface RunError {
  code: string;
  message: string;
  recoverable: boolean;
  retryAfter: number | null;
  at: number;
}

/** The provider asked for a pause; it is asked again by itself at `until`. */
export interface Waiting {
  until: number;
  message: string;
}

export interface RunShown {
  id: string;
  /** The message that is being answered; null until that is known. */
  parent: number | null;
  text: string;
  /** Length of `text` in UTF-8, as the program counts. */
  bytes: number;
  reasoning: string;
  /** What the model has asked for and has no result yet. */
  calls: readonly ToolCall[];
  waiting: Waiting | null;
  error: RunError | null;
  /** Its answer stands among the messages; the end of the run is still to be told. */
  answered: boolean;
  /** It began while this page waited for one, and is taken for that one until the program has said so. */
  guessed: boolean;
}

export interface ConversationState {
  /** Of the branch that is shown, the last ones. */
  messages: readonly Message[];
  /** There are messages before these. */
  hasMore: boolean;
  /** Of the last event that all of this holds. */
  seq: number;
  run: RunShown | null;
  /** Why the last run left no answer. */
  failure: RunError | null;
  /** The message that was asked from here to be answered once more: the run that begins next is taken to be about it. */
  asked: number | null;
  /** What stood behind the message that was answered once more, as long as no answer has come in its place. */
  aside: number | null;
  /** The events behind `seq` were asked for and are on their way: what comes too early comes again. */
  replaying: boolean;
  stale: boolean;
}

export function load(before: ConversationState | null, page: ConversationWithMessages): ConversationState {
  // Read before something that was heard meanwhile.
  if (before && !before.stale && page.seq < before.seq) return before;
  const older = before ? olderOf(before.messages, page.messages) : [];
  const messages = [...older, ...page.messages];
  const run = page.run ? runOf(page.run) : null;
  const same = before !== null && run === null && before.messages.at(-1)?.number === messages.at(-1)?.number;
  return {
    messages,
    hasMore: older.length > 0 && before ? before.hasMore : page.has_more,
    seq: page.seq,
    run,
    failure: (same ? before.failure : null) ?? failureIn(page),
    asked: null,
    aside: before?.messages.at(-1)?.number === messages.at(-1)?.number ? (before?.aside ?? null) : null,
    replaying: before !== null && !before.stale && before.replaying,
    stale: false,
  };
}

/** A page of messages before those that are shown. */
export function prepend(state: ConversationState, page: ConversationWithMessages): ConversationState {
  const first = state.messages[0];
  // Another branch is shown by now.
  if (!first || page.messages.at(-1)?.number !== first.parent) return state;
  return { ...state, messages: [...page.messages, ...state.messages], hasMore: page.has_more };
}

/** The events behind `seq` are asked for. */
export function listening(state: ConversationState): ConversationState {
  return { ...state, replaying: true };
}

/** All events so far came. */
export function caughtUp(state: ConversationState, seq: number): ConversationState {
  return { ...state, replaying: false, stale: state.stale || seq > state.seq };
}

/** The events that were asked for are not kept any more, or something else has changed what is shown. */
export function outdated(state: ConversationState): ConversationState {
  return { ...state, asked: null, replaying: false, stale: true };
}

/** The answer to `number` is asked for once more, or is to be continued. */
export function asking(state: ConversationState, number: number): ConversationState {
  return { ...state, asked: number, failure: null };
}

/** What was asked for is this run; null: it was refused. */
export function told(state: ConversationState, run: string | null): ConversationState {
  if (run === null && !state.run?.guessed) return { ...state, asked: null };
  if (!state.run?.guessed) return state;
  return state.run.id === run ? { ...state, run: { ...state.run, guessed: false } } : outdated(state);
}

export function apply(state: ConversationState, event: EventFrame, now: number): ConversationState {
  if (state.stale || event.seq <= state.seq) return state;
  if (event.seq > state.seq + 1) return state.replaying ? state : outdated(state);
  const next = step(state, event, now);
  if (next !== null) return { ...next, seq: event.seq };
  // Why it ended was told, even where it is not sure yet what it was about: `load` keeps it if that was right.
  return outdated(event.type === "status" && state.run ? { ...state, failure: state.run.error } : state);
}

/** Null: it does not fit what is known. */
function step(state: ConversationState, event: EventFrame, now: number): ConversationState | null {
  switch (event.type) {
    case "status":
      return event.status === "processing" ? begin(state, event.run_id) : end(state);
    case "message": {
      const messages = place(state.messages, event.message);
      // Where the model asks for tools, what it said so far is a message; the answer begins anew behind it.
      const said = event.message.role === "assistant" ? { text: "", bytes: 0, waiting: null } : {};
      const run = state.run && { ...state.run, ...said, parent: event.message.number, guessed: false };
      return messages && { ...state, messages, run, failure: null, aside: null };
    }
    case "tool_result": {
      const messages = place(state.messages, resultOf(event));
      const run = state.run && {
        ...state.run,
        parent: event.number,
        calls: state.run.calls.filter(({ id }) => id !== event.call_id),
      };
      return messages && { ...state, messages, run };
    }
    case "result": {
      const messages = place(state.messages, event.message);
      const run = state.run && { ...state.run, answered: true, waiting: null };
      return messages && { ...state, messages, run, aside: null };
    }
    default: {
      const { run } = state;
      // Where it belongs is not known when another tab had a message answered once more.
      if (run === null || run.id !== event.run_id || run.parent === null) return null;
      const changed = progress(run, event, now);
      return changed && { ...state, run: changed };
    }
  }
}

function begin(state: ConversationState, id: string): ConversationState {
  const at = state.messages.findIndex(({ number }) => number === state.asked);
  const known = at >= 0;
  const run = {
    id,
    parent: known ? state.asked : null,
    text: "",
    bytes: 0,
    reasoning: "",
    calls: [],
    waiting: null,
    error: null,
    answered: false,
    guessed: known,
  };
  const messages = known ? state.messages.slice(0, at + 1) : state.messages;
  const aside = known ? (state.messages[at + 1]?.number ?? state.aside) : null;
  return { ...state, messages, run, failure: null, asked: null, aside };
}

function end(state: ConversationState): ConversationState | null {
  const { run } = state;
  // Nobody has said which message it was about, or its text should have become a message before.
  if (run && !run.answered && (run.parent === null || run.guessed || run.text !== "")) return null;
  return { ...state, run: null, failure: run && !run.answered ? run.error : null };
}

function progress(
  run: RunShown,
  event: Exclude<EventFrame, { type: "status" | "message" | "tool_result" | "result" }>,
  now: number,
): RunShown | null {
  switch (event.type) {
    case "text": {
      if (event.offset > run.bytes) return null;
      const piece = behind(event.text, run.bytes - event.offset);
      return { ...run, text: run.text + piece, bytes: run.bytes + utf8Length(piece), waiting: null };
    }
    case "reasoning":
      return { ...run, reasoning: run.reasoning + event.text, waiting: null };
    case "tool_call":
      return { ...run, calls: [...run.calls, event.call], waiting: null };
    case "waiting":
      return { ...run, waiting: { until: now + event.seconds * 1000, message: event.message } };
    case "error":
      return { ...run, waiting: null, error: errorOf(event, now) };
  }
}

function errorOf({ code, message, recoverable, retry_after }: RunErrorFrame, now: number): RunError {
  return { code, message, recoverable, retryAfter: retry_after ?? null, at: now };
}

function resultOf(event: ToolResultFrame): Message {
  const { number, parent, timestamp, content, call_id, name, is_good, chart_id } = event;
  return {
    number,
    parent,
    role: "tool",
    content,
    timestamp,
    tool_call_id: call_id,
    tool_name: name,
    is_good,
    ...(chart_id !== undefined && { chart_id }),
  };
}

/** Told by the program to whoever came after it happened: a pause that was asked for is over by now, or is asked for again. */
function failureIn({ failure }: ConversationWithMessages): RunError | null {
  if (!failure) return null;
  return { code: failure.kind, message: failure.message, recoverable: false, retryAfter: null, at: 0 };
}

function runOf(run: NonNullable<ConversationWithMessages["run"]>): RunShown {
  return {
    id: run.run_id,
    parent: run.parent,
    text: run.content,
    bytes: utf8Length(run.content),
    reasoning: run.reasoning,
    calls: run.calls,
    waiting: null,
    error: null,
    answered: false,
    guessed: false,
  };
}

/** Where its parent stands, the branch goes on with it. Null: its parent is not shown. */
function place(messages: readonly Message[], message: Message): readonly Message[] | null {
  if (message.parent === undefined) return [message];
  const at = messages.findIndex(({ number }) => number === message.parent);
  return at < 0 ? null : [...messages.slice(0, at + 1), message];
}

/** Messages have one parent for ever: whoever stands on both branches has the same ones before. */
function olderOf(before: readonly Message[], page: readonly Message[]): readonly Message[] {
  const at = before.findIndex(({ number }) => number === page[0]?.number);
  return at < 0 ? [] : before.slice(0, at);
}

const encoder = new TextEncoder();

export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** The text without its first `bytes`. */
function behind(text: string, bytes: number): string {
  return bytes === 0 ? text : new TextDecoder().decode(encoder.encode(text).subarray(bytes));
}
