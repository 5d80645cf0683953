import { useEffect, useRef } from "react";

/** For what takes the place of the button that was pressed: reading goes on there. */
export function useFocusOnMount<Target extends HTMLElement>() {
  const target = useRef<Target>(null);
  useEffect(() => target.current?.focus(), []);
  return target;
}
