/**
 * The way through the pages, which may be held up: whoever has something to lose asks first, whether one leaves by a link, by the
 * browser's own buttons or because a program leads away. (Why not the router's own: docs/decisions/0015-a-light-way-in.md.)
 */
import type { Location, NavigationType, Navigator, To } from "react-router";

export interface Step {
  action: NavigationType;
  location: Location;
}

/** What is needed of react-router's history over the browser's. */
export interface PlainHistory {
  readonly action: NavigationType;
  readonly location: Location;
  createHref(to: To): string;
  encodeLocation(to: To): { pathname: string; search: string; hash: string };
  push(to: To, state?: unknown): void;
  replace(to: To, state?: unknown): void;
  go(delta: number): void;
  listen(listener: (update: Step & { delta: number | null }) => void): () => void;
}

export interface Guard {
  /** Whether somebody has to be asked before that is left for this. */
  holds(from: Location, to: { pathname: string }): boolean;
  /** Held up: `proceed` goes on, once; to stay nothing has to be called. */
  held(proceed: () => void): void;
}

export class GuardedHistory implements Navigator {
  private readonly guards = new Set<Guard>();
  private at: Location;
  /** How many moves of the browser are only there to take one back. */
  private takingBack = 0;
  private isAllowed = false;

  constructor(private readonly history: PlainHistory) {
    this.at = history.location;
    this.createHref = (to) => history.createHref(to);
    this.encodeLocation = (to) => history.encodeLocation(to);
  }

  readonly createHref: (to: To) => string;
  readonly encodeLocation: (to: To) => { pathname: string; search: string; hash: string };

  get now(): Step {
    return { action: this.history.action, location: this.at };
  }

  /** Returns how to let go. */
  guard(guard: Guard): () => void {
    this.guards.add(guard);
    return () => this.guards.delete(guard);
  }

  // The router takes these off the object before it calls them.
  readonly push = (to: To, state?: unknown): void => this.unlessHeld(to, () => this.history.push(to, state));
  readonly replace = (to: To, state?: unknown): void => this.unlessHeld(to, () => this.history.replace(to, state));
  readonly go = (delta: number): void => this.history.go(delta);

  listen(listener: (step: Step) => void): () => void {
    return this.history.listen(({ action, location, delta }) => {
      if (action === "POP" && this.takingBack > 0) {
        this.takingBack -= 1;
        return;
      }
      const guard = action === "POP" && !this.isAllowed && delta !== null ? this.guardOf(location) : null;
      this.isAllowed = false;
      if (guard === null || delta === null) {
        this.at = location;
        return listener({ action, location });
      }
      // The browser has moved already.
      this.takingBack += 1;
      this.history.go(-delta);
      guard.held(() => {
        this.isAllowed = true;
        this.history.go(delta);
      });
    });
  }

  private unlessHeld(to: To, go: () => void): void {
    const guard = this.guardOf(pathOf(to, this.at));
    if (guard) guard.held(go);
    else go();
  }

  private guardOf(to: { pathname: string }): Guard | null {
    return [...this.guards].find((guard) => guard.holds(this.at, to)) ?? null;
  }
}

function pathOf(to: To, from: Location): { pathname: string } {
  if (typeof to !== "string") return { pathname: to.pathname ?? from.pathname };
  const path = /^[^?#]*/.exec(to)?.[0] ?? "";
  return { pathname: path === "" ? from.pathname : path };
}
