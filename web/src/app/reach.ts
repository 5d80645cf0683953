/**
 * Whether the server can be reached. The browser knows when there is no network at all; whether somebody answers behind it is asked
 * for, but only when there is a doubt: a call without an answer, a socket that is gone. One such call is no alarm: what counts is that
 * the question whether the program is alive gets no answer either, twice in a row.
 */
export type Reach = "there" | "offline" | "silent";

export interface ReachPorts {
  /** Whether the program answered at all, whatever it said. */
  ask(): Promise<boolean>;
  online(): boolean;
  /** Calls back once, later; returns how to call it off. */
  later(milliseconds: number, act: () => void): () => void;
  show(reach: Reach): void;
}

/** Milliseconds: between the two questions, and between those that follow. */
const times = { second: 1_500, first: 3_000, longest: 15_000 };

export class ReachWatch {
  private reach: Reach = "there";
  /** Questions without an answer, in a row; null: nothing is asked. */
  private unanswered: number | null = null;
  private callOff: () => void = () => {};
  /** Another number, another series of questions. */
  private series = 0;

  constructor(private readonly ports: ReachPorts) {}

  /** Something had no answer. */
  doubt(): void {
    if (!this.ports.online()) return this.wentOffline();
    if (this.unanswered === null) this.begin();
  }

  /** The program was heard: there is nothing left to ask. */
  heard(): void {
    if (this.reach === "there" && this.unanswered === null) return;
    this.end();
    this.become("there");
  }

  wentOffline(): void {
    this.end();
    this.become("offline");
  }

  /** There is a network again; whether the server is behind it has to be seen. */
  wentOnline(): void {
    if (this.reach === "there") return;
    this.end();
    this.begin();
  }

  private begin(): void {
    this.unanswered = 0;
    void this.ask();
  }

  private end(): void {
    this.series += 1;
    this.unanswered = null;
    this.callOff();
    this.callOff = () => {};
  }

  private async ask(): Promise<void> {
    const { series } = this;
    const answered = await this.ports.ask();
    if (series !== this.series || this.unanswered === null) return;
    if (answered) return this.heard();
    this.unanswered += 1;
    if (this.unanswered >= 2) this.become(this.ports.online() ? "silent" : "offline");
    const pause =
      this.unanswered === 1 ? times.second : Math.min(times.first * 2 ** (this.unanswered - 2), times.longest);
    this.callOff = this.ports.later(pause, () => void this.ask());
  }

  private become(reach: Reach): void {
    if (reach === this.reach) return;
    this.reach = reach;
    this.ports.show(reach);
  }
}
