/** The chart as a picture, with its name and time on it. */
import type { Chart } from "@/api/types";
import { saveFile } from "@/components/saveFile";
import type { ChartFormat } from "./format";
import { titleOf } from "./names";

const head = 40;

export async function savePicture(chart: HTMLCanvasElement, of: Chart, format: ChartFormat): Promise<string | null> {
  const picture = document.createElement("canvas");
  const ratio = devicePixelRatio || 1;
  picture.width = chart.width;
  picture.height = chart.height + head * ratio;
  const context = picture.getContext("2d");
  if (!context) return null;
  // The ground of the chart itself.
  const [r = 255, g = 255, b = 255] = chart.getContext("2d")?.getImageData(1, 1, 1, 1).data ?? [];
  context.fillStyle = `rgb(${r}, ${g}, ${b})`;
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(chart, 0, head * ratio);
  context.fillStyle = r + g + b > 382 ? "#16201a" : "#e6ece6";
  context.font = `600 ${16 * ratio}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const title = titleOf(of);
  const subject = title.includes(of.symbol) ? title : `${title} · ${of.symbol} ${of.interval}`;
  context.fillText(`${subject} · ${format.time(Date.now())} · Kontor`, 12 * ratio, (head / 2) * ratio);
  const content = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, "image/png"));
  if (!content) return null;
  const name = `${of.symbol}-${of.interval}-${new Date().toISOString().slice(0, 10)}.png`;
  saveFile(name, content);
  return name;
}
