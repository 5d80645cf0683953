/** Having something answered: what is sent, and what the page is told about it. */
import type { AcceptedMessage, NewMessage } from "@/api/types";
import { chatService } from "./chatService";
import { socket } from "@/features/stream";
import { conversations } from "./live";

export async function ask(message: NewMessage, key: string): Promise<AcceptedMessage> {
  const { conversation_id: id, parent } = message;
  if (id !== undefined && message.message === undefined && parent !== undefined) conversations.asking(id, parent);
  try {
    const accepted = await chatService.send(message, key);
    conversations.answered(accepted.conversation_id, accepted.run_id);
    // Nobody tells of it while the socket is away.
    if (!socket.connected) conversations.refresh(accepted.conversation_id);
    return accepted;
  } catch (error) {
    if (id !== undefined) conversations.answered(id, null);
    throw error;
  }
}
