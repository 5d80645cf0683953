/** The chart beside the conversation that is shown, and how one is opened there; null: there is no room for one here. */
import { createContext, useContext } from "react";

export interface ChartPlace {
  /** Which one is there now. */
  shown: string | null;
  /** Of the one that is there: leads to it. */
  open(id: string): void;
}

export const ChartPlaceContext = createContext<ChartPlace | null>(null);

export function useChartPlace(): ChartPlace | null {
  return useContext(ChartPlaceContext);
}
