/** The way from nothing to a first answer and a first chart. What is done is seen from what there is. */
import { modelPath, newConversationPath } from "@/app/paths";
import { newChartLink } from "@/features/palette/newChart";

export const guideSteps = [
  { id: "account", to: null, state: undefined },
  { id: "key", to: modelPath, state: undefined },
  { id: "question", to: newConversationPath, state: undefined },
  { id: "chart", to: newChartLink.to, state: newChartLink.state },
] as const;

export type StepId = (typeof guideSteps)[number]["id"];

export interface Progress {
  done: ReadonlySet<StepId>;
  /** The first that is not done; null: all are. */
  next: StepId | null;
}

export function progressOf(has: { model: boolean; conversation: boolean; chart: boolean }): Progress {
  const done = new Set<StepId>(["account"]);
  if (has.model) done.add("key");
  if (has.conversation) done.add("question");
  if (has.chart) done.add("chart");
  return { done, next: guideSteps.find(({ id }) => !done.has(id))?.id ?? null };
}
