/** Everything that app/ChartRoute.tsx fetches, in one piece. */
import "./charts.css";
import "./texts";

export { ChartBeside } from "./ChartBeside";
export { ChartPage } from "./ChartPage";
export { ChartsPage } from "./ChartsPage";
export { LayoutPage } from "./LayoutPage";
