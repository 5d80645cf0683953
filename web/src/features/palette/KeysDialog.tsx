/** Every key that does something, from the table that the handlers ask. */
import { useTranslation } from "react-i18next";
import { letterKeys } from "@/app/letterKeys";
import { shortcuts, shortcutScopes } from "@/app/shortcuts";
import { Button } from "@/components/Button";
import { Checkbox } from "@/components/Choices";
import { Dialog } from "@/components/Dialog";
import { Keys } from "@/components/Keys";

export function KeysDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation("desk");
  const letters = letterKeys.use();
  return (
    <Dialog
      title={t("keys.title")}
      description={t("keys.text")}
      className="keys-dialog"
      initialFocus=".keys-columns"
      onDismiss={onClose}
    >
      {/* Read from the beginning, which on a phone is far from the first thing to press. */}
      <div className="keys-columns" tabIndex={-1}>
        {shortcutScopes.map((scope) => (
          <section key={scope} aria-labelledby={`keys-${scope}`}>
            <h3 id={`keys-${scope}`} className="keys-scope">
              {t(`keys.scopes.${scope}`)}
            </h3>
            <dl className="keys-list">
              {shortcuts[scope].map((shortcut) => (
                <div key={shortcut.id}>
                  <dt>
                    <Keys of={shortcut} />
                  </dt>
                  <dd>{t(`keys.acts.${shortcut.id}`)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="keys-foot">
        <Checkbox
          label={t("keys.letters")}
          hint={t("keys.lettersHint")}
          checked={letters}
          onChange={({ target }) => letterKeys.set(target.checked)}
        />
        <div className="actions">
          <Button onClick={onClose}>{t("keys.close")}</Button>
        </div>
      </div>
    </Dialog>
  );
}
