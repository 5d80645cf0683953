/** Leads to the charts, with the choice of a symbol open. */
import { chartsHome } from "@/app/paths";

export const newChartLink = { to: chartsHome, state: { newChart: true } } as const;
