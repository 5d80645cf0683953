/** The time axis with labels that are whole: the library cuts those at its ends off where the pane ends. */
import {
  type ChartOptions,
  createChartEx,
  type DeepPartial,
  defaultHorzScaleBehavior,
  type IChartApi,
  type Time,
  type TimeMark,
} from "lightweight-charts";

/** A label moves inwards as far as it has to; it goes when the time that it names is out of sight. */
export function keepWhole(marks: TimeMark[], width: number): void {
  for (const mark of marks) {
    if (mark.coord < 0 || mark.coord > width) mark.label = "";
    // Told of it, the library moves those that would not fit, and no others.
    else mark.needAlignCoordinate = true;
  }
}

/** The library's weight of the first mark of a day; those of hours and minutes have less. */
const dayWeight = 50;

/**
 * Where days are named and no hour between them, the library may still find room for one beside the last of them: it reads as one of
 * that day, which it need not be. Such an hour goes.
 */
export function dropStrayHours(marks: TimeMark[]): void {
  const days = marks.filter(({ weight }) => weight >= dayWeight).map(({ coord }) => coord);
  const hours = marks.filter(({ weight }) => weight < dayWeight);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  if (days.length < 2 || hours.some(({ coord }) => coord > first && coord < last)) return;
  for (const hour of hours) hour.label = "";
}

class WholeLabels extends defaultHorzScaleBehavior() {
  width: () => number = () => 0;

  /** Asked about the marks just before they are drawn; there is no other place where both they and their room are known. */
  override maxTickMarkWeight(marks: TimeMark[]) {
    keepWhole(marks, this.width());
    dropStrayHours(marks);
    return super.maxTickMarkWeight(marks);
  }
}

/** As `createChart`. */
export function createTimeChart(place: HTMLElement, options: DeepPartial<ChartOptions>): IChartApi {
  const behavior = new WholeLabels();
  const chart = createChartEx<Time, WholeLabels>(place, behavior, options) as IChartApi;
  behavior.width = () => chart.timeScale().width();
  return chart;
}
