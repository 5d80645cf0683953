/** What tests of conversations need: a model that is set up, something said, a conversation read. */
import { apiBase } from "./contract";
import type { Reply } from "./client";
import type { Models } from "./models";
import type { Person } from "./people";
import type { Program } from "./program";

export const chatBase = `${apiBase}/chat`;

export interface Accepted {
  conversation_id: string;
  status: string;
  run_id: string;
  number?: number;
  seq: number;
}

export interface ChatMessage {
  number: number;
  parent?: number;
  siblings?: number[];
  role: string;
  content: string;
  agent_name?: string;
  finish?: string;
  failure?: { kind: string; message: string; status?: number };
  tool_calls?: { id: string; name: string; arguments: string }[];
  tool_call_id?: string;
  tool_name?: string;
  is_good?: boolean;
  chart_id?: string;
  chart?: Record<string, unknown>;
  usage?: { input_tokens: number; output_tokens: number; estimated: boolean };
}

export interface Conversation {
  conversation_id: string;
  title: string;
  status: string;
  seq: number;
  messages: ChatMessage[];
  run?: { run_id: string; parent: number; content: string; reasoning: string; calls: { id: string; name: string; arguments: string }[] };
  failure?: { kind: string; message: string };
}

export interface Limits {
  runs_at_once: number;
  running: number;
  tokens_per_day: number | null;
  tokens_today: number;
  model: { provider: string; name: string; offered_by: string } | null;
}

const good = (reply: Reply, status: number): Reply => {
  if (reply.status !== status) throw new Error(`${reply.status} instead of ${status}: ${reply.text.slice(0, 500)}`);
  return reply;
};

/** The person's own key for a provider of the test. */
export async function setUpModel(program: Program, models: Models, who: Person, more: Record<string, unknown> = {}): Promise<void> {
  const json = { provider: "openai", base_url: `${models.origin}/v1`, api_key: models.key, model: "gpt-small", ...more };
  good(await program.send("POST", `${apiBase}/settings/llm`, { token: who.token, json }), 200);
}

export const trySaying = async (program: Program, who: Person, json: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Reply> =>
  await program.send("POST", `${chatBase}/`, { token: who.token, json, headers });

export async function say(program: Program, who: Person, message: string, more: Record<string, unknown> = {}): Promise<Accepted> {
  return good(await trySaying(program, who, { message, ...more }), 202).json as Accepted;
}

export async function read(program: Program, who: Person, id: string): Promise<Conversation> {
  return good(await program.send("GET", `${chatBase}/${id}`, { token: who.token }), 200).json as Conversation;
}

export async function limitsOf(program: Program, who: Person): Promise<Limits> {
  return good(await program.send("GET", `${chatBase}/limits`, { token: who.token }), 200).json as Limits;
}

export const stop = async (program: Program, who: Person, id: string): Promise<Reply> => await program.send("POST", `${chatBase}/${id}/cancel`, { token: who.token });
