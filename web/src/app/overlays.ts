/** What lies over any page of the desk when somebody asks for it; drawn by features/palette/Overlays.tsx. */
import { create } from "zustand";

export type Overlay = "palette" | "keys";

export const useOverlay = create<{ shown: Overlay | null }>(() => ({ shown: null }));

export function showOverlay(shown: Overlay | null): void {
  useOverlay.setState({ shown });
}
