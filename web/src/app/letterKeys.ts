/** Keys without Control can be switched off: who speaks to the computer, or whose hand trembles, presses them by accident (WCAG 2.1.4). */
import { create } from "zustand";
import { readStored, writeStored } from "./stored";

const key = "kontor.letterKeys";

const useStore = create<{ on: boolean }>(() => ({ on: readStored(key) !== "off" }));

export const letterKeys = {
  areOn: () => useStore.getState().on,
  set(on: boolean): void {
    writeStored(key, on ? null : "off");
    useStore.setState({ on });
  },
  use: () => useStore(({ on }) => on),
};
