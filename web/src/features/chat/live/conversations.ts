/**
 * The conversations that this tab shows, kept true: read once, then followed by the socket, and read again when something was
 * missed. Knows the socket and the service by their few words only, so that tests can play them.
 */
import type { Failure } from "@/api/failure";
import { failureOf, isProblem, problemType, retryAfterOf } from "@/api/failure";
import type { Conversation, ConversationWithMessages } from "@/api/types";
import {
  apply,
  asking,
  caughtUp,
  type ConversationState,
  listening,
  load,
  outdated,
  prepend,
  told,
} from "../conversationState";
import type { Frame } from "@/features/stream/frames";

export interface Opened {
  /** Null until it was read. */
  state: ConversationState | null;
  head: Pick<Conversation, "title" | "pinned"> | null;
  /** Why it could not be read. */
  failure: Failure | null;
  /** Older messages are on their way, or why they did not come. */
  older: "loading" | Failure | null;
  /** It was deleted while it was shown. */
  gone: boolean;
}

export interface ConversationsPorts {
  read(id: string, before: number | null): Promise<ConversationWithMessages>;
  follow(id: string, last: () => number): void;
  unfollow(id: string): void;
  show(id: string, opened: Opened | null): void;
  /** A list of conversations may have changed. */
  listChanged(): void;
  /** A run has begun or ended: what was used of the day's tokens has changed. */
  usageChanged(): void;
  now(): number;
  /** Calls back once, later; returns how to call it off. */
  later(milliseconds: number, act: () => void): () => void;
}

/** Before something is read again that could not be read, in milliseconds; longer each time. */
const readAgain = { first: 1_000, longest: 30_000 };

const unread: Opened = { state: null, head: null, failure: null, older: null, gone: false };

export class Conversations {
  private readonly opened = new Map<string, Opened>();
  /** How often a conversation is shown, in this tab. */
  private readonly shown = new Map<string, number>();
  private readonly reading = new Set<string>();
  private readonly again = new Set<string>();
  /** Changed while their answers were written; read when those are done. */
  private readonly changed = new Set<string>();
  /** What is shown may be wrong, and could not be read: how often, and how to call the next time off. */
  private readonly failed = new Map<string, { times: number; callOff(): void }>();

  constructor(private readonly ports: ConversationsPorts) {}

  /** Shows a conversation until what is returned is called. */
  open(id: string): () => void {
    const count = this.shown.get(id) ?? 0;
    this.shown.set(id, count + 1);
    if (count === 0) {
      this.set(id, unread);
      void this.read(id);
    }
    return () => this.close(id);
  }

  /** Everything belongs to somebody else now. */
  discard(): void {
    for (const id of [...this.shown.keys()]) {
      this.shown.delete(id);
      this.forget(id);
    }
  }

  /** After a failure. */
  retry(id: string): void {
    this.update(id, (opened) => ({ ...opened, failure: null }));
    void this.read(id);
  }

  async loadOlder(id: string): Promise<void> {
    const opened = this.opened.get(id);
    const first = opened?.state?.messages[0];
    if (!opened || !first || !opened.state?.hasMore || opened.older === "loading") return;
    this.set(id, { ...opened, older: "loading" });
    try {
      const page = await this.ports.read(id, first.number);
      this.update(id, (now) => ({ ...now, older: null, state: now.state && prepend(now.state, page) }));
    } catch (error) {
      this.update(id, (now) => ({ ...now, older: failureOf(error) }));
    }
  }

  /** The answer to a message was asked for once more; the run that begins is about it. */
  asking(id: string, number: number): void {
    this.change(id, (state) => asking(state, number));
  }

  /** What was sent is this run; null: it was refused. */
  answered(id: string, run: string | null): void {
    this.change(id, (state) => told(state, run));
  }

  /** Something else than an event has changed what is shown, or nobody listens at the moment. */
  refresh(id: string): void {
    if (this.opened.has(id)) void this.read(id);
  }

  /** It was deleted from here. */
  removed(id: string): void {
    this.update(id, (opened) => ({ ...opened, gone: true }));
  }

  hear(frame: Frame): void {
    switch (frame.type) {
      case "event": {
        const { event } = frame;
        this.change(event.conversation_id, (state) => apply(state, event, this.ports.now()));
        if (event.type !== "status") break;
        this.ports.usageChanged();
        // It says which ones are being answered.
        this.ports.listChanged();
        if (event.status !== "processing" && this.changed.delete(event.conversation_id))
          this.refresh(event.conversation_id);
        break;
      }
      case "subscribed":
        this.change(frame.conversation_id, (state) => caughtUp(state, frame.seq));
        break;
      case "reload":
        this.change(frame.conversation_id, outdated);
        break;
      case "conversation":
        this.ports.listChanged();
        if (frame.change === "deleted" || frame.change === "removed") {
          this.removed(frame.conversation_id);
        } else this.refreshWhenIdle(frame.conversation_id);
        break;
      case "refused":
        // Nobody listens any more: should it come back, it is read and listened to anew.
        if (frame.conversation_id !== null && frame.code === "not-found") this.change(frame.conversation_id, outdated);
        break;
      case "connected":
        // What happened meanwhile and is no event was not told: to the list, and to names and branches of what is shown.
        this.ports.listChanged();
        for (const [id, { state }] of this.opened) if (state) this.refresh(id);
        break;
      default:
        break;
    }
  }

  private refreshWhenIdle(id: string): void {
    if (this.opened.get(id)?.state?.run) this.changed.add(id);
    else this.refresh(id);
  }

  private close(id: string): void {
    const count = (this.shown.get(id) ?? 1) - 1;
    if (count > 0) {
      this.shown.set(id, count);
      return;
    }
    if (!this.shown.delete(id)) return;
    this.forget(id);
  }

  private forget(id: string): void {
    this.opened.delete(id);
    this.calm(id);
    this.again.delete(id);
    this.changed.delete(id);
    this.ports.unfollow(id);
    this.ports.show(id, null);
  }

  private async read(id: string): Promise<void> {
    if (this.reading.has(id)) {
      // What is being read may be older than what it is asked for now.
      this.again.add(id);
      return;
    }
    this.reading.add(id);
    try {
      const page = await this.ports.read(id, null);
      this.calm(id);
      const opened = this.opened.get(id);
      if (!opened) return;
      const first = opened.state === null || opened.state.stale;
      const state = load(opened.state, page);
      const head = { title: page.title, pinned: page.pinned };
      this.opened.set(id, { ...opened, head, failure: null, gone: false, state: first ? listening(state) : state });
      this.ports.show(id, this.opened.get(id) ?? null);
      // Behind the page, not behind what was seen before it was missed.
      if (first) this.ports.follow(id, () => this.startListening(id));
    } catch (error) {
      this.notRead(id, failureOf(error));
    } finally {
      this.reading.delete(id);
      if (this.again.delete(id) && this.opened.has(id)) void this.read(id);
    }
  }

  private notRead(id: string, failure: Failure): void {
    const opened = this.opened.get(id);
    if (!opened || failure.kind === "cancelled") return;
    this.set(id, { ...opened, failure });
    // Of what was never read the page says why, and has a button.
    if (!opened.state) return;
    if (isProblem(failure, problemType.notFound)) return this.removed(id);
    const { times } = this.failed.get(id) ?? { times: 0 };
    this.calm(id);
    const pause = Math.min(readAgain.first * 2 ** times, readAgain.longest);
    const callOff = this.ports.later(Math.max(pause, (retryAfterOf(failure) ?? 0) * 1000), () => void this.read(id));
    this.failed.set(id, { times: times + 1, callOff });
  }

  private calm(id: string): void {
    this.failed.get(id)?.callOff();
    this.failed.delete(id);
  }

  /** The socket is about to ask for the events behind this number. */
  private startListening(id: string): number {
    this.change(id, listening);
    return this.opened.get(id)?.state?.seq ?? 0;
  }

  private change(id: string, how: (state: ConversationState) => ConversationState): void {
    const opened = this.opened.get(id);
    if (!opened?.state) return;
    const state = how(opened.state);
    if (state === opened.state) return;
    this.set(id, { ...opened, state });
    if (state.stale && !opened.state.stale) void this.read(id);
  }

  private update(id: string, how: (opened: Opened) => Opened): void {
    const opened = this.opened.get(id);
    if (opened) this.set(id, how(opened));
  }

  private set(id: string, opened: Opened): void {
    this.opened.set(id, opened);
    this.ports.show(id, opened);
  }
}
