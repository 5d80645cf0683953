/** For tests: people, their answers and sessions, and a browser of several tabs whose time and messages the test moves. */
import type { SignedIn, User } from "@/api/types";
import { SessionCoordinator, type RefreshOutcome, type TabLock } from "./coordinator";
import type { TabMessage } from "./messages";
import { type Session, type SessionState, starting, toSession } from "./sessionState";

export function userOf(name: string): User {
  const at = "2026-01-01T00:00:00Z";
  const email = `${name}@example.com`;
  return {
    id: `id-${name}`,
    email,
    is_admin: false,
    is_active: true,
    email_verified: true,
    created_at: at,
    updated_at: at,
  };
}

export function answerFor(name: string, count = 1, expires_in = 1000): SignedIn {
  return { access_token: `${name}-${count}`, token_type: "bearer", expires_in, user: userOf(name) };
}

export function sessionOf(name: string, count = 1, now = 0): Session {
  return toSession(answerFor(name, count), now);
}

/** Lets everything run that waits for nothing but a promise. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

/** What several tabs share: clock, lock, channel (whose messages wait until they are delivered) and server. */
export class FakeBrowser {
  now = 0;
  readonly tabs: FakeTab[] = [];
  /** Refreshes that reached the server and wait for `answer`. */
  readonly asked: ((outcome: RefreshOutcome) => void)[] = [];
  refreshes = 0;
  private timers: { at: number; act: () => void }[] = [];
  private mail: { from: FakeTab; message: TabMessage }[] = [];
  private queue: Promise<void> = Promise.resolve();
  private held = 0;

  readonly refresh = (): Promise<RefreshOutcome> => {
    this.refreshes += 1;
    return new Promise((resolve) => this.asked.push(resolve));
  };

  readonly lock: TabLock = (work) => {
    const waited = this.held > 0;
    this.held += 1;
    const turn = this.queue.then(() => work(waited));
    this.queue = turn.finally(() => {
      this.held -= 1;
    });
    return turn;
  };

  readonly later = (milliseconds: number, act: () => void): (() => void) => {
    const timer = { at: this.now + milliseconds, act };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  post(from: FakeTab, message: TabMessage): void {
    this.mail.push({ from, message });
  }

  open(state: SessionState = starting, lock: TabLock = this.lock): FakeTab {
    const tab = new FakeTab(this, state, lock);
    this.tabs.push(tab);
    return tab;
  }

  async answer(outcome: RefreshOutcome): Promise<void> {
    const resolve = this.asked.shift();
    if (!resolve) throw new Error("Nobody asked for a refresh.");
    resolve(outcome);
    await settle();
  }

  async deliver(): Promise<void> {
    for (const { from, message } of this.mail.splice(0)) {
      for (const tab of this.tabs) if (tab !== from) tab.coordinator.hear(structuredClone(message));
    }
    await settle();
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      const [due] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!due) break;
      this.timers = this.timers.filter((other) => other !== due);
      this.now = Math.max(this.now, due.at);
      due.act();
      await settle();
    }
    this.now = end;
    await settle();
  }
}

export class FakeTab {
  readonly coordinator: SessionCoordinator;
  visible = true;
  discarded = 0;

  constructor(
    browser: FakeBrowser,
    public state: SessionState,
    lock: TabLock,
  ) {
    this.coordinator = new SessionCoordinator({
      refresh: browser.refresh,
      lock,
      post: (message) => browser.post(this, message),
      state: () => this.state,
      show: (state, discard) => {
        this.state = state;
        if (discard) this.discarded += 1;
      },
      now: () => browser.now,
      visible: () => this.visible,
      later: browser.later,
    });
  }

  get token(): string | null {
    return this.state.phase === "in" ? this.state.session.token : null;
  }
}
