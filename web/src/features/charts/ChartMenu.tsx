import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { newKey } from "@/api/newKey";
import { failureOf } from "@/api/failure";
import type { Chart, ChartChange } from "@/api/types";
import { saveFile } from "@/components/saveFile";
import type { ChartHandle } from "./ChartView";
import { chartService } from "./chartService";
import { chartFailureText } from "./failures";
import { chartKeys } from "./queries";
import { RemoveDialog } from "./RemoveDialog";
import { SettingsDialog } from "./SettingsDialog";

interface ChartMenuProps {
  chart: Chart;
  change(change: ChartChange): Promise<void>;
  view(): ChartHandle | null;
  /** What became of something, for the page's status line. */
  say(text: string, isError: boolean): void;
  onHelp(): void;
  onRemoved(): void;
}

export function ChartMenu({ chart, change, view, say, onHelp, onRemoved }: ChartMenuProps) {
  const { t } = useTranslation();
  const { t: tCharts } = useTranslation("charts");
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [dialog, setDialog] = useState<"settings" | "remove" | null>(null);

  async function tell(act: () => Promise<string | null>) {
    try {
      const text = await act();
      if (text) say(text, false);
    } catch (error) {
      say(chartFailureText(failureOf(error), t), true);
    }
  }
  const picture = async () => {
    const name = await view()?.picture();
    if (!name) throw new Error("there is no picture");
    return tCharts("view.saved", { name });
  };
  const csv = async () => {
    const file = await chartService.csv(chart.id, {});
    saveFile(file.name, file.content);
    return tCharts("view.saved", { name: file.name });
  };
  const duplicate = async () => {
    const made = await chartService.duplicate(chart.id, newKey());
    cache.setQueryData(chartKeys.chart(made.id), made);
    void cache.invalidateQueries({ queryKey: chartKeys.lists });
    void navigate(`/charts/${made.id}`);
    return null;
  };
  const item = (text: string, act: () => void) => (
    <DropdownMenu.Item className="menu-item" onSelect={act}>
      {text}
    </DropdownMenu.Item>
  );
  return (
    <>
      {/* Not modal: the modal form locks scrolling with a style element, which the Content-Security-Policy forbids. */}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="chart-more" aria-label={tCharts("view.more")}>
          <span aria-hidden="true">⋯</span>
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={12}>
          {item(tCharts("view.picture"), () => void tell(picture))}
          {item(tCharts("view.csv"), () => void tell(csv))}
          {item(tCharts("view.rename"), () => setDialog("settings"))}
          {item(tCharts("view.duplicate"), () => void tell(duplicate))}
          {item(tCharts("view.help"), onHelp)}
          <DropdownMenu.Separator className="menu-rule" />
          {item(tCharts("view.delete"), () => setDialog("remove"))}
        </DropdownMenu.Content>
      </DropdownMenu.Root>
      {dialog === "settings" && <SettingsDialog chart={chart} change={change} onClose={() => setDialog(null)} />}
      {dialog === "remove" && <RemoveDialog what={{ chart }} onClose={() => setDialog(null)} onDone={onRemoved} />}
    </>
  );
}
