import { create } from "zustand";
import { whenDiscarded } from "@/features/account/session/discard";

export interface ToastText {
  text: string;
  tone?: "error";
  act?: { label: string; run(): void };
}

interface Toast {
  /** Another number, another toast: the same words are announced again. */
  count: number;
  shown: ToastText | null;
  say(toast: ToastText): void;
  close(): void;
}

/** What was done last, where the thing itself cannot tell. It stays until it is closed, or something else is done: nobody has to hurry. */
export const useToast = create<Toast>((set) => ({
  count: 0,
  shown: null,
  say: (shown) => set(({ count }) => ({ count: count + 1, shown })),
  close: () => set({ shown: null }),
}));

whenDiscarded(() => useToast.getState().close());
