import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Chart, Layout } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { chartService } from "./chartService";
import { titleOf } from "./names";
import { chartKeys } from "./queries";

interface RemoveDialogProps {
  what: { chart: Chart } | { layout: Layout };
  onClose(): void;
  onDone(title: string): void;
}

export function RemoveDialog({ what, onClose, onDone }: RemoveDialogProps) {
  const { t } = useTranslation("charts");
  const cache = useQueryClient();
  const isChart = "chart" in what;
  const title = isChart ? titleOf(what.chart) : what.layout.name;
  return (
    <ConfirmDialog
      title={t(isChart ? "remove.title" : "remove.gridTitle")}
      text={t(isChart ? "remove.text" : "remove.gridText", { title })}
      confirmLabel={t("remove.confirm")}
      pendingLabel={t("remove.pending")}
      confirm={async () => {
        if (isChart) await chartService.remove(what.chart.id);
        else await chartService.removeLayout(what.layout.id);
        onDone(title);
        void cache.invalidateQueries({ queryKey: chartKeys.lists });
        void cache.invalidateQueries({ queryKey: chartKeys.layouts });
      }}
      onClose={onClose}
    />
  );
}
