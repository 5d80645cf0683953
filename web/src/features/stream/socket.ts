/**
 * The one socket of a tab, for all conversations and charts that it shows. It is kept open as long as it is wanted: whenever it ends, it is
 * opened again, soon at first and later less often, and listens behind the last event that was seen. Frames go in and out as they
 * are; what they mean is decided elsewhere (chat/live/conversations.ts, charts/live/watches.ts).
 */
import { failureOf, retryAfterOf } from "@/api/failure";
import { type Frame, readFrame } from "./frames";

/** `connecting`: for the first time. `again`: it was open before, or could not be opened. */
export type Connection = "off" | "connecting" | "connected" | "again" | "offline";

/** What is needed of a WebSocket. */
export interface Wire {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketPorts {
  /** Waits while somebody is asked to sign in again. */
  ticket(): Promise<string>;
  open(ticket: string): Wire;
  /** The program closed the socket because the session has ended. */
  sessionEnded(): void;
  frame(frame: Frame): void;
  connection(connection: Connection): void;
  /** Calls back once, later; returns how to call it off. */
  later(milliseconds: number, act: () => void): () => void;
  now(): number;
  /** From 0 to 1. */
  random(): number;
  online(): boolean;
}

/** Of the WebSocket protocol's range for applications: the session has ended. */
export const sessionEndedCode = 4401;

/** All in milliseconds. */
const times = {
  /** The program says something every 30 s. */
  silence: 75_000,
  opening: 15_000,
  firstPause: 250,
  longestPause: 30_000,
  /** A connection that lasted so long was a good one. */
  good: 10_000,
  /** Whoever was heard so lately is there. */
  lately: 2_000,
  /** For the answer to the question whether somebody is there. */
  checking: 5_000,
  /** Before it is asked again to listen, where the program does not say when. */
  listenAgain: 5_000,
};

export class StreamSocket {
  /** Conversations that are listened to, and which of their events was seen last. */
  private readonly followed = new Map<string, () => number>();
  private wanted = false;
  private wire: Wire | null = null;
  private ready = false;
  private openedAt = 0;
  private heardAt = 0;
  /** Asked for, and not confirmed yet. */
  private readonly asked = new Set<string>();
  /** Calls off that those are asked for again. */
  private callOffAsking: (() => void) | null = null;
  /** In a row, since the last good connection. */
  private failures = 0;
  private callOff: () => void = () => {};
  private pausing = false;
  /** Another number, another attempt: what an earlier one still answers counts no more. */
  private attempt = 0;

  constructor(private readonly ports: SocketPorts) {}

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.failures = 0;
    this.ports.connection("connecting");
    void this.connect();
  }

  stop(): void {
    if (!this.wanted) return;
    this.wanted = false;
    this.followed.clear();
    this.drop();
    this.ports.connection("off");
  }

  /** Listens from `last()` on, now and after every new connection. */
  follow(id: string, last: () => number): void {
    this.followed.set(id, last);
    this.subscribe(id, last());
  }

  unfollow(id: string): void {
    this.asked.delete(id);
    if (!this.followed.delete(id) || !this.ready) return;
    this.say({ type: "unsubscribe", conversation_id: id });
  }

  /**
   * Something has changed that makes it worth while to try at once: the network is back, somebody looks. After a sleep, or with
   * another network, a connection may be dead and look alive: then it is asked.
   */
  nudge(): void {
    if (!this.wanted) return;
    if (this.pausing) void this.connect();
    else if (this.ready && this.ports.now() - this.heardAt > times.lately) {
      this.say({ type: "ping" });
      this.expect(times.checking);
    }
  }

  /** The browser says that there is no network. */
  lostNetwork(): void {
    if (this.wanted && !this.ready) this.ports.connection("offline");
  }

  /** Says something that is worth nothing later: while nobody is there it is dropped. */
  tell(frame: object): void {
    if (this.ready) this.say(frame);
  }

  get connected(): boolean {
    return this.ready;
  }

  private async connect(): Promise<void> {
    this.drop();
    const attempt = this.attempt;
    let ticket: string;
    try {
      ticket = await this.ports.ticket();
    } catch (error) {
      if (attempt === this.attempt) this.pause(retryAfterOf(failureOf(error)) ?? 0);
      return;
    }
    // Stopped meanwhile, or begun anew.
    if (attempt !== this.attempt) return;
    const wire = this.ports.open(ticket);
    this.wire = wire;
    this.expect(times.opening);
    wire.onmessage = ({ data }) => this.hear(data);
    wire.onclose = ({ code }) => this.closed(code);
  }

  private hear(data: unknown): void {
    this.expect(times.silence);
    this.heardAt = this.ports.now();
    const frame = readFrame(data);
    if (frame === null) return;
    if (frame.type === "connected" && !this.ready) {
      this.ready = true;
      this.openedAt = this.ports.now();
      this.ports.connection("connected");
      for (const [id, last] of this.followed) this.subscribe(id, last());
    }
    if (frame.type === "subscribed" || frame.type === "reload") this.asked.delete(frame.conversation_id);
    if (frame.type === "refused") this.refused(frame);
    this.ports.frame(frame);
  }

  /** Nobody tells of a conversation that the program did not want to listen to: it is asked again. */
  private refused({ code, conversation_id, retry_after }: Frame & { type: "refused" }): void {
    // There is none any more; whoever shows it is told by its own reading.
    if (code === "not-found" && conversation_id !== null) this.asked.delete(conversation_id);
    if (this.asked.size === 0 || this.callOffAsking !== null) return;
    const pause = retry_after === null ? times.listenAgain : Math.max(retry_after, 1) * 1000;
    this.callOffAsking = this.ports.later(pause, () => {
      this.callOffAsking = null;
      for (const id of [...this.asked]) {
        const last = this.followed.get(id);
        if (last) this.subscribe(id, last());
      }
    });
  }

  private closed(code: number): void {
    if (this.ready && this.ports.now() - this.openedAt >= times.good) this.failures = 0;
    this.drop();
    if (code === sessionEndedCode) this.ports.sessionEnded();
    this.pause(0);
  }

  /** Tries again after a while: the longer the more often it failed, and never all at the same moment. */
  private pause(seconds: number): void {
    this.drop();
    if (!this.wanted) return;
    const ceiling = Math.min(times.firstPause * 2 ** this.failures, times.longestPause);
    this.failures += 1;
    const pause = Math.max(ceiling * (0.5 + this.ports.random() / 2), seconds * 1000);
    this.ports.connection(this.ports.online() ? "again" : "offline");
    this.pausing = true;
    this.callOff = this.ports.later(pause, () => void this.connect());
  }

  /** Whatever comes has to come within that time; otherwise nobody is there any more. */
  private expect(milliseconds: number): void {
    this.callOff();
    this.callOff = this.ports.later(milliseconds, () => this.closed(1006));
  }

  private drop(): void {
    this.attempt += 1;
    this.callOff();
    this.callOff = () => {};
    this.pausing = false;
    this.ready = false;
    this.asked.clear();
    this.callOffAsking?.();
    this.callOffAsking = null;
    const { wire } = this;
    this.wire = null;
    if (!wire) return;
    // A dead network keeps a closing socket for minutes: it is not waited for.
    wire.onmessage = null;
    wire.onclose = null;
    wire.close();
  }

  private subscribe(id: string, after: number): void {
    if (!this.ready) return;
    this.asked.add(id);
    this.say({ type: "subscribe", conversation_id: id, after });
  }

  private say(frame: object): void {
    this.wire?.send(JSON.stringify(frame));
  }
}
