/** Who wants to know whether calls are answered: app/reachability.ts registers, the clients tell. */
interface Listener {
  unanswered(): void;
  /** Whatever the answer was. */
  answered(): void;
}

let listener: Listener | null = null;

export function whenUnanswered(next: Listener | null): void {
  listener = next;
}

export function noteAnswer(wasAnswered: boolean): void {
  if (wasAnswered) listener?.answered();
  else listener?.unanswered();
}
