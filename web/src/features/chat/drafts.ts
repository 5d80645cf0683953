/**
 * What was typed and not sent yet, for each conversation, in the browser's storage under its owner's id. It outlives reloads and
 * ended sessions; app/draftKeeper.ts removes it when its owner leaves, or somebody else comes.
 */
import { isRecord } from "@/api/failure";
import { draftPrefix, readStored, writeStored } from "@/app/stored";

export interface Draft {
  text: string;
  /** With which it was sent, as long as nobody knows whether it arrived. */
  key: string | null;
}

export const newConversation = "new";

/** Of a message of before that is written anew. */
export function editOf(conversation: string, number: number): string {
  return `${conversation}.${number}`;
}

export function draftKey(owner: string, conversation: string): string {
  return `${draftPrefix}${owner}.${conversation}`;
}

export function readDraft(owner: string, conversation: string): Draft {
  const stored = readStored(draftKey(owner, conversation));
  if (stored === null) return { text: "", key: null };
  try {
    const value: unknown = JSON.parse(stored);
    if (isRecord(value) && typeof value.text === "string") {
      return { text: value.text, key: typeof value.key === "string" ? value.key : null };
    }
  } catch {
    // Written by something else.
  }
  return { text: "", key: null };
}

export function writeDraft(owner: string, conversation: string, { text, key }: Draft): void {
  const value = text === "" ? null : JSON.stringify(key === null ? { text } : { text, key });
  writeStored(draftKey(owner, conversation), value);
}
