/**
 * Keeps this tab's session alive and agrees with the other tabs about it. One refresh at a time per tab (a shared
 * promise) and one per browser (a lock): the tabs behind the holder take its token from the channel. Decisions are made
 * in sessionState.ts; here is what happens around them.
 */
import { CallError, type Failure } from "@/api/failure";
import type { SignedIn } from "@/api/types";
import type { TabMessage } from "./messages";
import { next, ownerOf, type Session, type SessionEvent, type SessionState, toSession, tokenOf } from "./sessionState";

export type RefreshOutcome =
  | { kind: "renewed"; answer: SignedIn }
  /** There is no session for the cookie. */
  | { kind: "ended" }
  /** Nothing is known: no answer, a busy server. */
  | { kind: "failed"; failure: Failure; retryAfterSeconds: number | null };

/** Runs `work` while no other tab runs its own; `waited` tells that another tab went first. */
export type TabLock = (work: (waited: boolean) => Promise<void>) => Promise<void>;

export interface CoordinatorPorts {
  refresh(): Promise<RefreshOutcome>;
  lock: TabLock;
  post(message: TabMessage): void;
  state(): SessionState;
  /** Shows the state; with `discard`, after everything that belonged to the earlier user is gone. */
  show(state: SessionState, discard: boolean): void;
  now(): number;
  visible(): boolean;
  /** Calls back once, later; returns how to call it off. */
  later(milliseconds: number, act: () => void): () => void;
}

/** Under whose name a request was sent, and with which token. */
export interface Credential {
  token: string;
  userId: string;
}

/** How long a tab that waited for the lock waits for the news of the one before it: channel and lock are not ordered. */
const newsPatience = 500;
/** After a refresh that got no answer; the token in use may still be good. */
const retryPause = 15_000;
/** setTimeout takes no more than 31 bits. */
const longestTimer = 2 ** 31 - 1;

export class SessionCoordinator {
  private flight: Promise<Failure | null> | null = null;
  private watchers = new Set<() => void>();
  private cancelTimer: () => void = () => {};
  private notBefore = 0;

  constructor(private readonly ports: CoordinatorPorts) {}

  /** After a reload: asks the cookie who is signed in. Also what "try again" does when that failed. */
  async start(): Promise<void> {
    this.apply({ kind: "start_again" });
    const failure = await this.renewNow();
    if (failure) this.apply({ kind: "start_failed", failure });
  }

  signedIn(answer: SignedIn): void {
    const session = toSession(answer, this.ports.now());
    this.apply({ kind: "signed_in", session });
    this.ports.post({ kind: "signed_in", session });
  }

  signedOut(): void {
    this.apply({ kind: "signed_out", reason: "signed_out" });
    this.ports.post({ kind: "signed_out" });
  }

  /** The account is gone, and with it every session of it. */
  accountDeleted(): void {
    this.apply({ kind: "signed_out", reason: "deleted" });
    this.ports.post({ kind: "signed_out" });
  }

  /** Left here, but the server could not be told. */
  signedOutUnconfirmed(): void {
    if (this.ports.state().phase === "out") this.apply({ kind: "signed_out", reason: "unconfirmed" });
  }

  endTold(): void {
    this.apply({ kind: "end_told" });
  }

  hear(message: TabMessage): void {
    if (message.kind === "signed_out") this.apply({ kind: "signed_out", reason: "signed_out" });
    else this.apply(message);
  }

  /** Somebody looks at this tab again: what came due meanwhile is done now. */
  becameVisible(): void {
    this.renewIfDue();
  }

  /** The tab was kept in the browser's history and heard nothing meanwhile. */
  cameBack(): void {
    if (this.ports.state().phase === "in") void this.renewNow();
  }

  /**
   * What to send a request with; null when nobody is signed in. Waits while that is not known, or while the person is
   * asked to sign in again; rejects with "cancelled" when somebody else signs in then.
   */
  async credential(): Promise<Credential | null> {
    const owner = ownerOf(this.ports.state());
    await this.until((state) => state.phase === "in" || state.phase === "out");
    const state = this.ports.state();
    const ownerNow = ownerOf(state);
    if (owner !== null && ownerNow?.id !== owner.id) throw new CallError({ kind: "cancelled" });
    return state.phase === "in" ? credentialOf(state.session) : null;
  }

  /**
   * The server refused `refused`. Gives what the request can be sent with once more, after a refresh or after the
   * person signed in again; null when it must not be sent again. Rejects with the refresh's failure when that got no
   * answer: then nothing is known about the session.
   */
  async replace(refused: Credential): Promise<Credential | null> {
    if (ownerOf(this.ports.state())?.id !== refused.userId) return null;
    if (tokenOf(this.ports.state()) === refused.token) {
      const failure = await this.renewNow();
      if (failure && tokenOf(this.ports.state()) === refused.token) throw new CallError(failure);
    }
    await this.until((state) => state.phase !== "interrupted");
    const state = this.ports.state();
    if (state.phase !== "in" || state.session.user.id !== refused.userId) return null;
    return state.session.token === refused.token ? null : credentialOf(state.session);
  }

  /** One refresh, however many ask for it. Gives the failure when it got no answer. */
  renewNow(): Promise<Failure | null> {
    this.flight ??= this.renewUnderLock().finally(() => {
      this.flight = null;
      this.schedule();
    });
    return this.flight;
  }

  private async renewUnderLock(): Promise<Failure | null> {
    // Whatever changes the state while we wait (a token of another tab, a login, a logout) makes our refresh
    // needless, and its answer one about the past.
    const before = this.ports.state();
    const superseded = () => this.ports.state() !== before;
    let failure: Failure | null = null;
    await this.ports.lock(async (waited) => {
      if (waited && !superseded()) await this.news(superseded);
      if (superseded()) return;
      const outcome = await this.ports.refresh();
      if (superseded()) return;
      switch (outcome.kind) {
        case "renewed": {
          const session = toSession(outcome.answer, this.ports.now());
          this.apply({ kind: "renewed", session });
          this.ports.post({ kind: "renewed", session });
          break;
        }
        case "ended": {
          const token = tokenOf(before);
          this.apply({ kind: "ended", token });
          this.ports.post({ kind: "ended", token });
          break;
        }
        case "failed":
          failure = outcome.failure;
          this.notBefore = this.ports.now() + Math.max(retryPause, (outcome.retryAfterSeconds ?? 0) * 1000);
          break;
      }
    });
    return failure;
  }

  private apply(event: SessionEvent): void {
    const before = this.ports.state();
    const { state, discard } = next(before, event);
    if (state === before && !discard) return;
    this.ports.show(state, discard);
    this.notBefore = 0;
    this.schedule();
    for (const watcher of [...this.watchers]) watcher();
  }

  private schedule(): void {
    this.cancelTimer();
    this.cancelTimer = () => {};
    const state = this.ports.state();
    if (state.phase !== "in") return;
    const due = Math.max(state.session.renewAt, this.notBefore) - this.ports.now();
    this.cancelTimer = this.ports.later(Math.min(Math.max(due, 0), longestTimer), () => this.renewIfDue());
  }

  private renewIfDue(): void {
    const state = this.ports.state();
    // A hidden tab lets its token end; whoever looks at it again has a new one at once.
    if (state.phase !== "in" || !this.ports.visible()) return;
    if (this.ports.now() >= Math.max(state.session.renewAt, this.notBefore)) void this.renewNow();
    else this.schedule();
  }

  private until(holds: (state: SessionState) => boolean): Promise<void> {
    if (holds(this.ports.state())) return Promise.resolve();
    return new Promise((resolve) => {
      const watcher = () => {
        if (!holds(this.ports.state())) return;
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
    });
  }

  private news(arrived: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        callOff();
        this.watchers.delete(watcher);
        resolve();
      };
      const watcher = () => arrived() && done();
      const callOff = this.ports.later(newsPatience, done);
      this.watchers.add(watcher);
    });
  }
}

function credentialOf(session: Session): Credential {
  return { token: session.token, userId: session.user.id };
}
