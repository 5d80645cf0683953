/** For tests: conversations as the program keeps them, in memory, and what it says about them. The test plays the model. */
import type { AcceptedMessage, Conversation, ConversationWithMessages, Message, NewMessage } from "@/api/types";
import type { EventFrame } from "@/features/stream/frames";
import { utf8Length } from "../conversationState";

const timestamp = "2026-11-26T09:30:00Z";

interface Run {
  id: string;
  parent: number;
  text: string;
  reasoning: string;
}

type Unnumbered<Event> = Event extends EventFrame ? Omit<Event, "seq" | "conversation_id"> : never;

export class FakeConversation {
  title = "";
  pinned = false;
  deleted = false;
  messages: Message[] = [];
  leaf = 0;
  seq = 0;
  run: Run | null = null;
  /** Of the latest run. */
  events: EventFrame[] = [];
  /** By their parent; 0: those that begin. */
  private readonly children = new Map<number, number[]>();

  constructor(
    readonly id: string,
    private readonly tell: (event: EventFrame) => void,
  ) {}

  /** The branch that is shown. */
  get branch(): Message[] {
    const way: Message[] = [];
    for (let number = this.leaf; number > 0;) {
      const message = this.message(number);
      way.push(this.withSiblings(message));
      number = message.parent ?? 0;
    }
    return way.reverse();
  }

  get summary(): Conversation {
    return {
      conversation_id: this.id,
      title: this.title,
      pinned: this.pinned,
      messages_count: this.messages.length,
      created_at: timestamp,
      updated_at: timestamp,
      status: this.run ? "processing" : "idle",
    };
  }

  page(limit = 50, before = Number.POSITIVE_INFINITY): ConversationWithMessages {
    const branch = this.branch.filter(({ number }) => number < before);
    const { run } = this;
    return {
      ...this.summary,
      messages: branch.slice(-limit),
      has_more: branch.length > limit,
      seq: this.seq,
      ...(run && {
        run: {
          run_id: run.id,
          parent: run.parent,
          content: run.text,
          reasoning: run.reasoning,
          calls: [],
          started_at: timestamp,
        },
      }),
    };
  }

  /** The events behind a number; null when not all of them are kept. */
  eventsAfter(seq: number): EventFrame[] | null {
    if (seq >= this.seq) return [];
    const first = this.events[0]?.seq ?? this.seq + 1;
    return seq + 1 < first ? null : this.events.filter((event) => event.seq > seq);
  }

  begin(body: NewMessage): AcceptedMessage {
    if (this.run) throw new Error("run-in-progress");
    const before = this.seq;
    const id = `run-${this.id}-${before}`;
    this.events = [];
    this.say({ type: "status", status: "processing", run_id: id });
    let parent = body.parent ?? this.leaf;
    let number: number | undefined;
    if (body.message !== undefined) {
      const message = this.add("user", body.message, parent);
      this.say({ type: "message", message });
      parent = number = message.number;
    } else {
      this.leaf = parent;
    }
    this.run = { id, parent, text: "", reasoning: "" };
    return {
      conversation_id: this.id,
      status: "accepted",
      message: "On its way.",
      run_id: id,
      seq: before,
      ...(number !== undefined && { number }),
    };
  }

  text(text: string): void {
    const run = this.running();
    this.say({ type: "text", run_id: run.id, offset: utf8Length(run.text), text });
    run.text += text;
  }

  reasoning(text: string): void {
    const run = this.running();
    this.say({ type: "reasoning", run_id: run.id, text });
    run.reasoning += text;
  }

  waiting(seconds: number): void {
    this.say({ type: "waiting", run_id: this.running().id, seconds, message: "Rate limit reached." });
  }

  error(code: string, message: string, more: { recoverable?: boolean; retry_after?: number } = {}): void {
    this.say({ type: "error", run_id: this.running().id, code, message, recoverable: false, ...more });
  }

  end(finish: NonNullable<Message["finish"]> = "complete", more: Partial<Message> = {}): void {
    const run = this.running();
    if (run.text !== "" || finish === "filtered") {
      const message = this.add("assistant", run.text, run.parent, { finish, agent_name: "desk-large", ...more });
      this.say({ type: "result", run_id: run.id, message });
    }
    this.run = null;
    this.say({ type: "status", status: finish === "cancelled" ? "cancelled" : "idle", run_id: run.id });
  }

  /** Through this message, and on through the latest ones. */
  show(number: number): void {
    let leaf = number;
    for (;;) {
      const child = this.children.get(leaf)?.at(-1);
      if (child === undefined) break;
      leaf = child;
    }
    this.leaf = leaf;
  }

  add(role: Message["role"], content: string, parent = this.leaf, more: Partial<Message> = {}): Message {
    const number = this.messages.length + 1;
    const message: Message = { number, role, content, timestamp, ...more };
    if (parent > 0) message.parent = parent;
    this.messages.push(message);
    this.children.set(parent, [...(this.children.get(parent) ?? []), number]);
    this.leaf = number;
    return this.withSiblings(message);
  }

  private message(number: number): Message {
    const message = this.messages[number - 1];
    if (!message) throw new Error(`There is no message ${number}.`);
    return message;
  }

  private withSiblings(message: Message): Message {
    const siblings = this.children.get(message.parent ?? 0) ?? [];
    return siblings.length > 1 ? { ...message, siblings } : message;
  }

  private running(): Run {
    if (!this.run) throw new Error("There is no run.");
    return this.run;
  }

  private say(event: Unnumbered<EventFrame>): void {
    this.seq += 1;
    const numbered = structuredClone({ ...event, seq: this.seq, conversation_id: this.id }) as EventFrame;
    this.events.push(numbered);
    this.tell(numbered);
  }
}
