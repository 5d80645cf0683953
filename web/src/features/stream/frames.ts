/**
 * What the program says over the socket (api/asyncapi.yaml; a test compares). A program of another version may be at the
 * other end: what is not understood is left out, and never breaks the page.
 */
import { isRecord } from "@/api/failure";
import type { Message, ToolCall } from "@/api/types";

interface OfConversation {
  conversation_id: string;
}
/** An event: stored, and numbered within its conversation without a gap. */
interface Numbered extends OfConversation {
  seq: number;
}
interface OfRun extends Numbered {
  run_id: string;
}

export interface RunStatusFrame extends OfRun {
  type: "status";
  status: "processing" | "idle" | "cancelled";
}
export interface MessageFrame extends Numbered {
  type: "message";
  message: Message;
}
export interface TextFrame extends OfRun {
  type: "text";
  /** Where in the answer it begins, in bytes of UTF-8. */
  offset: number;
  text: string;
}
export interface ReasoningFrame extends OfRun {
  type: "reasoning";
  text: string;
}
export interface WaitingFrame extends OfRun {
  type: "waiting";
  seconds: number;
  message: string;
}
export interface ResultFrame extends OfRun {
  type: "result";
  message: Message;
}
export interface RunErrorFrame extends OfRun {
  type: "error";
  /** What happened, the provider's own words where there are any. */
  message: string;
  recoverable: boolean;
  code: string;
  retry_after?: number;
}

/** The model asks for something, and it is being done. */
export interface ToolCallFrame extends OfRun {
  type: "tool_call";
  /** Of the message that has the call. */
  number: number;
  call: ToolCall;
}
/** What came of it; a message of its own has it, with this number and parent. */
export interface ToolResultFrame extends OfRun {
  type: "tool_result";
  timestamp: string;
  number: number;
  parent: number;
  call_id: string;
  name: string;
  is_good: boolean;
  content: string;
  chart_id?: string;
}

export type EventFrame =
  | ToolCallFrame
  | ToolResultFrame
  | RunStatusFrame
  | MessageFrame
  | TextFrame
  | ReasoningFrame
  | WaitingFrame
  | ResultFrame
  | RunErrorFrame;

export interface SubscribedFrame extends Numbered {
  type: "subscribed";
}
export interface ReloadFrame extends Numbered {
  type: "reload";
}
export interface ConversationFrame extends OfConversation {
  type: "conversation";
  change: "created" | "changed" | "deleted" | "restored" | "removed";
}

interface OfSeries {
  market: string;
  symbol: string;
  interval: string;
}
export interface WatchedFrame extends OfSeries {
  type: "watched";
  /** Their texts: the keys of `values`. */
  indicators: string[];
}
/** Begins at (milliseconds), open, high, low, close, volume, volume in the quote currency. */
export type CandleRow = [number, number, number, number, number, number, number];
/** The candle that grows, or the last word about one that is finished. */
export interface CandleFrame extends OfSeries {
  type: "candle";
  candle: CandleRow;
  is_final: boolean;
  /** By the indicator's text, in the order of its outputs. */
  values: Record<string, (number | null)[]>;
}
export interface MarketStatusFrame extends OfSeries {
  type: "market_status";
  state: "live" | "away" | "refused" | "gap_filled";
}

export type Frame =
  | { type: "connected" }
  | { type: "ping" }
  | { type: "pong" }
  | { type: "event"; event: EventFrame }
  | SubscribedFrame
  | ReloadFrame
  | ConversationFrame
  | WatchedFrame
  | CandleFrame
  | MarketStatusFrame
  /** The answer to a frame of ours. */
  | {
      type: "refused";
      code: string;
      conversation_id: string | null;
      request_id: string | null;
      retry_after: number | null;
    };

/** The types of asyncapi.yaml that are understood. */
export const frameTypes = [
  "status",
  "subscribed",
  "reload",
  "message",
  "text",
  "reasoning",
  "waiting",
  "tool_call",
  "tool_result",
  "result",
  "error",
  "conversation",
  "watched",
  "candle",
  "market_status",
  "ping",
  "pong",
] as const;

export function readFrame(data: unknown): Frame | null {
  const frame = parsed(data);
  if (frame === null) return null;
  switch (frame.type) {
    case "ping":
    case "pong":
      return { type: frame.type };
    case "status":
      if (frame.status === "connected") return { type: "connected" };
      return isOneOf(frame.status, ["processing", "idle", "cancelled"]) && isOfRun(frame) ? event(frame) : null;
    case "message":
      return isNumbered(frame) && isMessage(frame.message) ? event(frame) : null;
    case "text":
      return isOfRun(frame) && isText(frame.text) && isCount(frame.offset) ? event(frame) : null;
    case "reasoning":
      return isOfRun(frame) && isText(frame.text) ? event(frame) : null;
    case "waiting":
      return isOfRun(frame) && isCount(frame.seconds) && isText(frame.message) ? event(frame) : null;
    case "tool_call":
      return isOfRun(frame) && isCount(frame.number) && isCall(frame.call) ? event(frame) : null;
    case "tool_result":
      return isOfRun(frame) && isResult(frame) ? event(frame) : null;
    case "result":
      return isOfRun(frame) && isMessage(frame.message) ? event(frame) : null;
    case "error":
      if (!isText(frame.code) || !isText(frame.message)) return null;
      if (isOfRun(frame)) return event(frame);
      return {
        type: "refused",
        code: frame.code,
        conversation_id: isText(frame.conversation_id) ? frame.conversation_id : null,
        request_id: isText(frame.request_id) ? frame.request_id : null,
        retry_after: isCount(frame.retry_after) ? frame.retry_after : null,
      };
    case "subscribed":
    case "reload":
      return isNumbered(frame) ? (frame as unknown as SubscribedFrame | ReloadFrame) : null;
    case "conversation":
      return isText(frame.conversation_id) &&
        isOneOf(frame.change, ["created", "changed", "deleted", "restored", "removed"])
        ? (frame as unknown as ConversationFrame)
        : null;
    case "watched":
      return isOfSeries(frame) && isText(frame.watch) && Array.isArray(frame.indicators)
        ? (frame as unknown as WatchedFrame)
        : null;
    case "candle":
      return isOfSeries(frame) &&
        isCandle(frame.candle) &&
        typeof frame.is_final === "boolean" &&
        isRecord(frame.values)
        ? ({ ...frame, values: valuesOf(frame.values) } as unknown as CandleFrame)
        : null;
    case "market_status":
      return isOfSeries(frame) && isOneOf(frame.state, ["live", "away", "refused", "gap_filled"])
        ? (frame as unknown as MarketStatusFrame)
        : null;
    default:
      return null;
  }
}

function parsed(data: unknown): Record<string, unknown> | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function event(frame: Record<string, unknown>): Frame {
  return { type: "event", event: frame as unknown as EventFrame };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isOneOf = (value: unknown, allowed: readonly string[]) => isText(value) && allowed.includes(value);
const isNumbered = (frame: Record<string, unknown>) => isText(frame.conversation_id) && isCount(frame.seq);
const isOfRun = (frame: Record<string, unknown>) => isNumbered(frame) && isText(frame.run_id);

const isCall = (value: unknown) => isRecord(value) && isText(value.id) && isText(value.name) && isText(value.arguments);
const isResult = (frame: Record<string, unknown>) =>
  isCount(frame.number) &&
  isCount(frame.parent) &&
  isText(frame.call_id) &&
  isText(frame.name) &&
  isText(frame.content) &&
  isText(frame.timestamp) &&
  typeof frame.is_good === "boolean";
const isOfSeries = (frame: Record<string, unknown>) =>
  isText(frame.market) && isText(frame.symbol) && isText(frame.interval);
const isCandle = (value: unknown) => Array.isArray(value) && value.length === 7 && value.every(Number.isFinite);
const isValue = (value: unknown) => value === null || Number.isFinite(value);

function valuesOf(value: Record<string, unknown>): CandleFrame["values"] {
  return Object.fromEntries(
    Object.entries(value).filter(([, given]) => Array.isArray(given) && given.every(isValue)),
  ) as CandleFrame["values"];
}

function isMessage(value: unknown): value is Message {
  return isRecord(value) && isCount(value.number) && isText(value.role) && isText(value.content);
}
