/** The routes of the conversations. */
import { failureOf } from "@/api/failure";
import type {
  AcceptedMessage,
  ChatLimits,
  Conversation,
  ConversationChange,
  ConversationList,
  ConversationWithMessages,
  DeletedConversation,
  FoundConversation,
  FoundConversations,
  ImportedConversations,
  NewMessage,
} from "@/api/types";
import { client } from "@/features/account/session";

export type ExportFormat = "json" | "markdown";

export interface ChatFile {
  name: string;
  content: Blob;
}

export const listPageSize = 30;
export const messagePageSize = 50;

export const chatService = {
  async list(cursor: string | null, deleted: boolean, signal?: AbortSignal): Promise<ConversationList> {
    const params = { limit: listPageSize, ...(cursor !== null && { cursor }), ...(deleted && { deleted }) };
    return (await client.get<ConversationList>("/chat/", { params, signal })).data;
  },
  async search(q: string, signal?: AbortSignal): Promise<FoundConversation[]> {
    return (await client.get<FoundConversations>("/chat/search", { params: { q }, signal })).data.found;
  },
  async limits(signal?: AbortSignal): Promise<ChatLimits> {
    return (await client.get<ChatLimits>("/chat/limits", { signal })).data;
  },
  async read(id: string, before: number | null, signal?: AbortSignal): Promise<ConversationWithMessages> {
    const params = { limit: messagePageSize, ...(before !== null && { before }) };
    return (await client.get<ConversationWithMessages>(pathOf(id), { params, signal })).data;
  },
  /** The same key for the same message: whoever got no answer sends it again, and it is there once. */
  async send(message: NewMessage, key: string): Promise<AcceptedMessage> {
    return (await client.post<AcceptedMessage>("/chat/", message, { headers: { "Idempotency-Key": key } })).data;
  },
  async stop(id: string): Promise<void> {
    await client.post(`${pathOf(id)}/cancel`);
  },
  async change(id: string, change: ConversationChange): Promise<Conversation> {
    return (await client.patch<Conversation>(pathOf(id), change)).data;
  },
  async remove(id: string): Promise<DeletedConversation> {
    return (await client.delete<DeletedConversation>(pathOf(id))).data;
  },
  async restore(id: string): Promise<Conversation> {
    return (await client.post<Conversation>(`${pathOf(id)}/restore`)).data;
  },
  async showBranch(id: string, number: number): Promise<void> {
    await client.put(`${pathOf(id)}/branch`, { number });
  },
  /** One, or all of them; made while it is sent, however long that takes. */
  async export(id: string | null, format: ExportFormat): Promise<ChatFile> {
    const path = id === null ? "/chat/export" : `${pathOf(id)}/export`;
    const answer = await client.get<Blob>(path, { params: { format }, responseType: "blob", timeout: 0 });
    return { name: fileName(answer.headers.get("content-disposition"), format), content: answer.data };
  },
  async import(file: Blob): Promise<ImportedConversations> {
    const headers = { "Content-Type": "application/json" };
    return (await client.post<ImportedConversations>("/chat/import", file, { headers, timeout: 120_000 })).data;
  },
};

function pathOf(id: string): string {
  return `/chat/${encodeURIComponent(id)}`;
}

/** The name the server gives, when it is one; never a path. */
export function fileName(disposition: unknown, format: ExportFormat): string {
  const name = typeof disposition === "string" ? /filename="([\w.-]+)"/.exec(disposition)?.[1] : undefined;
  return name ?? `kontor-conversations.${format === "json" ? "json" : "md"}`;
}

/** It is not known whether the request was carried out: nobody answered, or the program broke or was too slow at some point of it. */
export function isUnknown(error: unknown): boolean {
  const failure = failureOf(error);
  if (failure.kind === "problem") return failure.problem.status >= 500;
  return failure.kind === "network" || failure.kind === "unexpected";
}
