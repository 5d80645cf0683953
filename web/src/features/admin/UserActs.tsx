import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, isProblem, problemType } from "@/api/failure";
import type { AdminUser, OneTimeLink } from "@/api/types";
import { Button } from "@/components/Button";
import { ConfirmDialog, type Outcome } from "@/components/ConfirmDialog";
import { Field } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { authService } from "@/features/account/authService";
import { useOwner } from "@/features/account/authStore";
import { useFormat } from "@/i18n/useFormat";
import { type Act, actsFor, isGrave } from "./acts";
import { adminService } from "./adminService";
import { LinkShown } from "./LinkShown";
import { adminKeys } from "./queries";

interface UserActsProps {
  user: AdminUser;
  onDeleted(email: string): void;
}

/** What can be done to an account: each with a sentence, and a question before it is done. */
export function UserActs({ user, onDeleted }: UserActsProps) {
  const { t } = useTranslation("admin");
  const isSelf = useOwner()?.id === user.id;
  const [asked, setAsked] = useState<Act | null>(null);
  const [done, setDone] = useState<Act | null>(null);
  const format = useFormat();
  const perform = usePerform(user);

  async function confirm(act: Act): Promise<Outcome | void> {
    setDone(null);
    const result = await perform(act);
    if (result === "gone") return;
    // One's own session is over, or its rights are others: that shows at once, not at the next call.
    if (isSelf && endsSessions.has(act)) return authService.logout();
    if (isSelf && act === "demote") authService.rightsChanged();
    if (act === "delete") return onDeleted(user.email);
    if (!result) return setDone(act);
    return {
      title: t("act.resetLink.done"),
      text: t("link.reset", { email: user.email, time: format.dateTime(result.expires_at) }),
      content: <LinkShown link={result} onClose={() => setAsked(null)} />,
    };
  }

  return (
    <section className="mt-12" aria-labelledby="acts-title">
      <h2 id="acts-title" className="section-title">
        {t("user.acts")}
      </h2>
      {isSelf && <p className="mt-2 text-muted">{t("user.self")}</p>}
      {done && <Notice tone="info">{t(`act.${done}.done`)}</Notice>}
      <ul className="rows">
        {actsFor(user).map(({ slot, act }) => (
          <li key={slot} className="row">
            <div className="min-w-0">
              <p className="row-title">{t(`act.${act}.title`)}</p>
              <p className="row-text">{t(`act.${act}.text`)}</p>
            </div>
            <Button
              className="row-action"
              look={isGrave(act) ? "danger" : "quiet"}
              onClick={() => setAsked(act)}
              aria-label={`${t(`act.${act}.button`)}: ${user.email}`}
            >
              {t(`act.${act}.button`)}
            </Button>
          </li>
        ))}
      </ul>
      {asked && (
        <Question
          act={asked}
          user={user}
          isSelf={isSelf}
          confirm={() => confirm(asked)}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}

const endsSessions: ReadonlySet<Act> = new Set(["deactivate", "endSessions", "delete"]);

interface QuestionProps {
  act: Act;
  user: AdminUser;
  isSelf: boolean;
  confirm(): Promise<Outcome | void>;
  onClose(): void;
}

function Question({ act, user: { email }, isSelf, confirm, onClose }: QuestionProps) {
  const { t } = useTranslation("admin");
  const [typed, setTyped] = useState("");
  const [missed, setMissed] = useState(false);
  const address = useRef<HTMLInputElement>(null);
  const matches = typed.trim().toLowerCase() === email.toLowerCase();
  return (
    <ConfirmDialog
      title={t(`act.${act}.question`)}
      text={isSelf ? t(`act.${act}.consequenceSelf`, { email }) : t(`act.${act}.consequence`, { email })}
      confirmLabel={t(`act.${act}.button`)}
      pendingLabel={t(`act.${act}.pending`)}
      confirm={confirm}
      ready={() => {
        const ready = act !== "delete" || matches;
        setMissed(!ready);
        if (!ready) address.current?.focus();
        return ready;
      }}
      onClose={onClose}
    >
      {act === "delete" && (
        <Field
          ref={address}
          className="mt-6"
          label={t("act.delete.typeAddress")}
          hint={<code>{email}</code>}
          error={missed && !matches ? t("act.delete.typed") : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </ConfirmDialog>
  );
}

/** Does it, and brings what is shown up to date. `gone`: somebody deleted the account meanwhile, and the page says so. */
function usePerform(user: AdminUser) {
  const cache = useQueryClient();
  const key = adminKeys.user(user.id);

  return async (act: Act): Promise<OneTimeLink | "gone" | null> => {
    try {
      const result = await call(act, user.id);
      if (act === "delete") cache.removeQueries({ queryKey: key });
      else if (result && "email" in result) cache.setQueryData(key, result);
      void cache.invalidateQueries({ queryKey: adminKeys.all });
      return result && "url" in result ? result : null;
    } catch (error) {
      // What made it fail may have made it needless: somebody else was here at the same time.
      void cache.invalidateQueries({ queryKey: key });
      if (isProblem(failureOf(error), problemType.notFound)) return "gone";
      throw error;
    }
  };
}

function call(act: Act, id: string): Promise<AdminUser | OneTimeLink | void> {
  switch (act) {
    case "activate":
      return adminService.change(id, { is_active: true });
    case "deactivate":
      return adminService.change(id, { is_active: false });
    case "promote":
      return adminService.change(id, { is_admin: true });
    case "demote":
      return adminService.change(id, { is_admin: false });
    case "endSessions":
      return adminService.endSessions(id);
    case "resetLink":
      return adminService.makeResetLink(id);
    case "removeFactor":
      return adminService.removeSecondFactor(id);
    case "delete":
      return adminService.deleteUser(id);
  }
}
