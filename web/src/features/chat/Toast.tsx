import { useTranslation } from "react-i18next";
import { useToast } from "./toast";

export function Toast() {
  const { t } = useTranslation("chat");
  const { shown, count, close } = useToast();
  return (
    // Always there, so that what appears in it is announced.
    <div role="status" className="toast-place">
      {shown && (
        <div key={count} className="toast" data-tone={shown.tone}>
          <p>{shown.text}</p>
          {shown.act && (
            <button
              type="button"
              className="toast-act"
              onClick={() => {
                close();
                shown.act?.run();
              }}
            >
              {shown.act.label}
            </button>
          )}
          <button type="button" className="toast-act" aria-label={t("toast.close")} onClick={close}>
            <span aria-hidden="true">×</span>
          </button>
        </div>
      )}
    </div>
  );
}
