/** The router over the history that can be held up, and the hook that holds it. */
import {
  createContext,
  type ReactNode,
  startTransition,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { type Location, Router } from "react-router";
import type { GuardedHistory } from "./history";

/** Null: the pages of a test, where nothing is held. */
const HistoryContext = createContext<GuardedHistory | null>(null);

export function AppRouter({ history, children }: { history: GuardedHistory; children: ReactNode }) {
  const [{ action, location }, setStep] = useState(history.now);
  useLayoutEffect(() => {
    let shown = history.now.location.pathname;
    return history.listen((step) => {
      const { pathname } = step.location;
      // Within a page what it filters by is there at once, for whoever changes one filter after the other.
      if (pathname === shown) return setStep(step);
      shown = pathname;
      // The page that is left stays until the next one, whose code may have to be fetched, can be drawn.
      startTransition(() => setStep(step));
    });
  }, [history]);
  return (
    <HistoryContext value={history}>
      <Router location={location} navigationType={action} navigator={history}>
        {children}
      </Router>
    </HistoryContext>
  );
}

export type Held = { proceed(): void; stay(): void } | null;

/** Holds up whoever leaves as long as `holds` says so; then says how to go on, or to stay. */
export function useHold(holds: (from: Location, to: { pathname: string }) => boolean): Held {
  const history = useContext(HistoryContext);
  const [held, setHeld] = useState<Held>(null);
  const latest = useRef(holds);
  useLayoutEffect(() => {
    latest.current = holds;
  });
  const isLetGo = useRef(false);
  useEffect(
    () =>
      history?.guard({
        holds: (from, to) => !isLetGo.current && latest.current(from, to),
        held: (go) =>
          setHeld({
            proceed() {
              isLetGo.current = true;
              setHeld(null);
              go();
            },
            stay: () => setHeld(null),
          }),
      }),
    [history],
  );
  return held;
}
