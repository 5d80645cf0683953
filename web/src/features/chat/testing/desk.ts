/** For tests of pages: a desk of conversations behind the routes and the socket, in memory. The test plays the model. */
import type { ChatLimits, ConversationChange, NewMessage } from "@/api/types";
import { type Answer, type Answers, ok, problem, type Sent } from "@/testing/page";
import { wires } from "@/features/stream";
import { FakeConversation } from "./program";
import { FakeWire } from "@/features/stream/testing/wire";

export class FakeDesk {
  readonly conversations = new Map<string, FakeConversation>();
  readonly sockets: DeskWire[] = [];
  /** The next message gets no answer, or this one; with `lost` it arrives nevertheless. */
  trouble: Answer | "network" | null = null;
  lost = false;
  private readonly accepted = new Map<string, Answer>();
  limits: ChatLimits = {
    runs_at_once: 4,
    running: 0,
    tokens_per_day: null,
    tokens_today: 0,
    day_ends_at: "2026-11-27T00:00:00Z",
    model: { provider: "openai", name: "desk-large", offered_by: "user" },
  };

  constructor() {
    wires.open = (url) => {
      const wire = new DeskWire(url, this);
      this.sockets.push(wire);
      queueMicrotask(() => wire.welcome());
      return wire;
    };
  }

  get answers(): Answers {
    return { "*": (sent) => this.respond(sent) };
  }

  make(title = "", id = `0000000${this.conversations.size + 1}-0000-4000-8000-000000000000`): FakeConversation {
    const made = new FakeConversation(id, (event) => {
      for (const wire of this.sockets) if (wire.listens.has(id)) wire.tell(event);
    });
    made.title = title;
    this.conversations.set(id, made);
    return made;
  }

  private respond(sent: Sent): Answer | "network" {
    const { call, body, params } = sent;
    const [method, path = ""] = call.split(" ");
    switch (call) {
      case "POST /ws/ticket":
        return { status: 201, body: { ticket: "t".repeat(43), expires_in: 30 } };
      case "GET /chat/limits":
        return ok(this.limits);
      case "GET /chat/":
        return ok({ conversations: this.listed().map(({ summary }) => summary) });
      case "GET /chat/search":
        return ok({ found: this.search(String(params.q)) });
      case "POST /chat/":
        return this.send(body as NewMessage, String(sent.headers["idempotency-key"]));
    }
    const [, , id = "", what] = path.split("/");
    const there = this.conversations.get(id);
    if (!there) return problem("not-found", 404);
    switch (`${method} ${what ?? ""}`.trim()) {
      case "GET":
        return there.deleted
          ? problem("not-found", 404)
          : ok(there.page(Number(params.limit), params.before as number));
      case "PATCH":
        Object.assign(there, body as ConversationChange);
        return ok(there.summary);
      case "DELETE":
        there.deleted = true;
        return ok({ status: "deleted", conversation_id: id, restorable_until: "2026-12-26T00:00:00Z" });
      case "POST restore":
        there.deleted = false;
        return ok(there.summary);
      case "POST cancel":
        if (there.run) there.end("cancelled");
        return { status: 204 };
      case "PUT branch":
        there.show((body as { number: number }).number);
        return ok(there.summary);
    }
    throw new Error(`Nobody answers ${call}.`);
  }

  private send(body: NewMessage, key: string): Answer | "network" {
    const { trouble } = this;
    this.trouble = null;
    if (trouble && !this.lost) return trouble;
    const before = this.accepted.get(key);
    if (before) return before;
    const there = body.conversation_id ? this.conversations.get(body.conversation_id) : this.make(body.message);
    if (!there) return problem("not-found", 404);
    const answer = { status: 202, body: there.begin(body) };
    this.accepted.set(key, answer);
    return trouble ?? answer;
  }

  private listed(): FakeConversation[] {
    const present = [...this.conversations.values()].filter(({ deleted }) => !deleted).reverse();
    return [...present.filter(({ pinned }) => pinned), ...present.filter(({ pinned }) => !pinned)];
  }

  private search(words: string) {
    return this.listed()
      .filter(({ title }) => title.includes(words))
      .map(({ id, title }) => {
        const at = title.indexOf(words);
        const excerpt = [
          { text: title.slice(0, at), found: false },
          { text: words, found: true },
          { text: title.slice(at + words.length), found: false },
        ];
        return { conversation_id: id, title, updated_at: "2026-11-26T09:30:00Z", excerpt };
      });
  }
}

class DeskWire extends FakeWire {
  readonly listens = new Set<string>();

  constructor(
    url: string,
    private readonly desk: FakeDesk,
  ) {
    super(url);
  }

  override send(text: string): void {
    super.send(text);
    const { type, conversation_id: id = "", after = 0 } = JSON.parse(text);
    if (type === "unsubscribe") this.listens.delete(id);
    if (type !== "subscribe") return;
    const there = this.desk.conversations.get(id);
    if (!there) return this.tell({ type: "error", message: "", details: "", recoverable: false, code: "not-found" });
    this.listens.add(id);
    const missed = there.eventsAfter(after);
    if (missed === null) return this.tell({ type: "reload", conversation_id: id, seq: there.seq });
    for (const event of missed) this.tell(event);
    this.tell({ type: "subscribed", conversation_id: id, seq: there.seq, status: there.run ? "processing" : "idle" });
  }
}
