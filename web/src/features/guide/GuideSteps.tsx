/** The first steps, ticked off as they are done; each leads to where it is done. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { classes } from "@/components/classes";
import { guideSteps, type Progress } from "./steps";

interface GuideStepsProps {
  progress: Progress;
  onDismiss(): void;
}

export function GuideSteps({ progress, onDismiss }: GuideStepsProps) {
  const { t } = useTranslation("desk");
  return (
    <section className="guide" aria-labelledby="guide-title">
      <div className="guide-head">
        <h2 id="guide-title" className="section-title">
          {t("guide.title")}
        </h2>
        <p className="guide-progress">{t("guide.progress", { done: progress.done.size, all: guideSteps.length })}</p>
        <button type="button" className="guide-dismiss" onClick={onDismiss}>
          {t("guide.dismiss")}
        </button>
      </div>
      <ol className="guide-steps">
        {guideSteps.map(({ id, to, state }, place) => {
          const isDone = progress.done.has(id);
          const isNext = progress.next === id;
          return (
            <li
              key={id}
              className="guide-step"
              data-done={isDone ? "" : undefined}
              aria-current={isNext ? "step" : undefined}
            >
              <span className="guide-mark" aria-hidden="true">
                {isDone ? "✓" : place + 1}
              </span>
              <div className="guide-words">
                <h3 className="guide-step-title">
                  {(isDone || isNext) && (
                    <span className="visually-hidden">{isDone ? t("guide.done") : t("guide.next")}</span>
                  )}
                  {t(`guide.steps.${id}.title`)}
                </h3>
                {!isDone && <p className="guide-text">{t(`guide.steps.${id}.text`)}</p>}
              </div>
              {to !== null && !isDone && (
                <Link
                  to={to}
                  state={state}
                  className={classes("button", isNext ? "button-primary" : "button-quiet", "guide-act")}
                >
                  {t(`guide.steps.${id}.act`)}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
