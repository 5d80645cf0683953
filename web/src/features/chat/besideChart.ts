/** How a chart is opened beside the conversation that is shown; null: there is no room for one here. */
import { createContext, useContext } from "react";

export const ChartOpener = createContext<((id: string) => void) | null>(null);

export function useChartOpener(): ((id: string) => void) | null {
  return useContext(ChartOpener);
}
