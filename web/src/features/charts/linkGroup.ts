/**
 * Charts of a grid that show the same time: whoever is used leads, and the others follow. What a chart does because it follows is
 * told to nobody, so that they do not lead each other in circles.
 */
import type { Span } from "./keys";

export interface LinkedChart {
  /** In milliseconds. */
  see(times: Span): void;
  crosshair(time: number | null): void;
}

export class LinkGroup {
  private readonly members = new Map<string, LinkedChart>();
  private leader: string | null = null;
  linked = true;

  join(id: string, chart: LinkedChart): () => void {
    this.members.set(id, chart);
    return () => {
      if (this.members.get(id) === chart) this.members.delete(id);
    };
  }

  /** Somebody points at it, or has put the focus there. */
  use(id: string): void {
    this.leader = id;
  }

  seen(id: string, times: Span): void {
    this.others(id, (chart) => chart.see(times));
  }

  pointed(id: string, time: number | null): void {
    this.others(id, (chart) => chart.crosshair(time));
  }

  private others(id: string, act: (chart: LinkedChart) => void): void {
    if (!this.linked || id !== this.leader) return;
    for (const [other, chart] of this.members) if (other !== id) act(chart);
  }
}
