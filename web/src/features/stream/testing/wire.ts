/** For tests: the other end of a socket, and a clock that the test moves. */
import type { Wire } from "../socket";

export class FakeWire implements Wire {
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  readonly said: { type: string; conversation_id?: string; after?: number }[] = [];
  closed = false;

  constructor(readonly ticket: string) {}

  send(text: string): void {
    this.said.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }

  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify({ timestamp: "2026-11-26T09:30:00Z", ...frame }) });
  }
  welcome(): void {
    this.tell({ type: "status", status: "connected", message: "Connected.", user: "ann@example.com" });
  }
  end(code: number): void {
    this.closed = true;
    this.onclose?.({ code });
  }
}

export class FakeClock {
  now = 1_000_000;
  private timers: { at: number; act: () => void }[] = [];

  readonly later = (milliseconds: number, act: () => void): (() => void) => {
    const timer = { at: this.now + milliseconds, act };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  get waiting(): number[] {
    return this.timers.map(({ at }) => at - this.now);
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      const [due] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!due) break;
      this.timers = this.timers.filter((other) => other !== due);
      this.now = Math.max(this.now, due.at);
      due.act();
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
    this.now = end;
  }
}
