/** Conversations for tests: as a client makes them, and as it brings many at once from a file. */
import { randomUUID } from "node:crypto";
import type { Reply } from "./client";
import type { ChatMessage } from "./chats";
import { apiBase } from "./contract";
import type { Program } from "./program";

export const chatPath = `${apiBase}/chat`;

export interface ShownMessage extends ChatMessage {
  timestamp: string;
}
export interface ShownConversation {
  conversation_id: string;
  title: string;
  pinned: boolean;
  messages_count: number;
  created_at: string;
  updated_at: string;
  status: string;
  deleted_at?: string;
  restorable_until?: string;
}
export interface OpenedConversation extends ShownConversation {
  messages: ShownMessage[];
  has_more: boolean;
  seq: number;
}
export interface Found {
  conversation_id: string;
  title: string;
  number?: number;
  excerpt: { text: string; found: boolean }[];
}

export type SaidMessage = Partial<ShownMessage> & { role: string; content: string };
export type SaidConversation = Partial<Omit<OpenedConversation, "messages">> & { messages: SaidMessage[]; shown?: number };

const noon = Date.parse("2026-11-23T12:00:00Z");

/** A time of the test's own, to the second. */
export const at = (seconds: number): string => new Date(noon + seconds * 1000).toISOString().replace(".000Z", "Z");

/** A file as the export makes it. Messages follow each other unless they say otherwise; parent 0: at the beginning. */
export function fileOf(conversations: SaidConversation[]): unknown {
  return {
    format: "kontor-conversations-1",
    conversations: conversations.map(({ messages, ...head }) => ({
      conversation_id: randomUUID(),
      title: "A title",
      created_at: at(0),
      updated_at: at(0),
      ...head,
      messages: messages.map((message, i) => {
        const { parent = i, ...rest } = message;
        return { number: i + 1, timestamp: at(i), ...rest, ...(parent === 0 ? {} : { parent }) };
      }),
    })),
  };
}

export const importFile = async (program: Program, token: string, file: unknown): Promise<Reply> => await program.send("POST", `${chatPath}/import`, { token, json: file });

/** One more conversation of the account; its id. */
export async function newConversation(program: Program, token: string, messages: SaidMessage[], head: Partial<SaidConversation> = {}): Promise<string> {
  const conversation_id = randomUUID();
  const reply = await importFile(program, token, fileOf([{ conversation_id, ...head, messages }]));
  if (reply.status !== 200) throw new Error(`POST import → ${reply.status}: ${reply.text}`);
  return conversation_id;
}

export async function openConversation(program: Program, token: string, id: string, query = ""): Promise<OpenedConversation> {
  const reply = await program.send("GET", `${chatPath}/${id}${query}`, { token });
  if (reply.status !== 200) throw new Error(`GET ${id}${query} → ${reply.status}: ${reply.text}`);
  return reply.json as OpenedConversation;
}

export async function listConversations(program: Program, token: string, query = ""): Promise<ShownConversation[]> {
  const reply = await program.send("GET", `${chatPath}/${query}`, { token });
  if (reply.status !== 200) throw new Error(`GET /chat/${query} → ${reply.status}: ${reply.text}`);
  return (reply.json as { conversations: ShownConversation[] }).conversations;
}

export async function searchConversations(program: Program, token: string, text: string): Promise<Found[]> {
  const reply = await program.send("GET", `${chatPath}/search?q=${encodeURIComponent(text)}`, { token });
  if (reply.status !== 200) throw new Error(`GET search ${text} → ${reply.status}: ${reply.text}`);
  return (reply.json as { found: Found[] }).found;
}
