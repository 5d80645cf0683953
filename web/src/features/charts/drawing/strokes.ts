/**
 * When changed candles are drawn: the first at once, with the next frame, and then not more often than every tenth of a second. The
 * library looks at all that is loaded whenever one candle changes, and an exchange may tell of many changes at a time.
 */
export interface StrokePorts {
  /** Calls back with the next frame; returns how to call it off. */
  frame(act: () => void): () => void;
  later(milliseconds: number, act: () => void): () => void;
  now(): number;
}

/** Milliseconds. */
const pause = 100;

export class Strokes {
  private readonly waiting = new Set<number>();
  private callOff: (() => void) | null = null;
  private drawnAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly ports: StrokePorts,
    private readonly draw: (places: readonly number[]) => void,
  ) {}

  add(place: number): void {
    this.waiting.add(place);
    if (this.callOff) return;
    const rest = this.drawnAt + pause - this.ports.now();
    const frame = () => {
      this.callOff = this.ports.frame(() => this.flush());
    };
    if (rest <= 0) frame();
    else this.callOff = this.ports.later(rest, frame);
  }

  /** All of it was drawn anew. */
  forget(): void {
    this.callOff?.();
    this.callOff = null;
    this.waiting.clear();
  }

  private flush(): void {
    this.callOff = null;
    this.drawnAt = this.ports.now();
    // In their order: the library takes the newest last.
    const places = [...this.waiting].sort((a, b) => a - b);
    this.waiting.clear();
    this.draw(places);
  }
}
