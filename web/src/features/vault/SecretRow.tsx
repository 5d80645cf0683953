import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { RevealedSecret, Secret } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { When } from "@/components/When";
import { useAction } from "@/features/account/useAction";
import { RevealedValue } from "./RevealedValue";
import { actsFor, isDeleted, keeperOf, type SecretAct } from "./secretList";
import { secretService } from "./secretService";

interface SecretRowProps {
  secret: Secret;
  /** Everything but showing it, which happens in the row. */
  onAct(act: Exclude<SecretAct, "reveal">): void;
  onRevealed(): void;
}

export function SecretRow({ secret, onAct, onRevealed }: SecretRowProps) {
  const { t } = useTranslation();
  const { name, version, readable } = secret;
  const keeper = keeperOf(name);
  const [shown, setShown] = useState<RevealedSecret | null>(null);
  const showButton = useRef<HTMLButtonElement>(null);
  const reveal = useAction(async () => {
    setShown(await secretService.reveal(name, version));
    onRevealed();
  });

  return (
    <li className="row" data-alarming={readable ? undefined : ""}>
      <div className="min-w-0">
        <p className="row-title">
          <code>{name}</code>
          {!readable && (
            <span className="badge" data-tone="error">
              {t("secrets.unreadable")}
            </span>
          )}
        </p>
        <p className="row-text">
          {t("secrets.version", { version })}
          {secret.last_four && (
            <>
              {" · "}
              {t("secrets.endsIn")} <code>{secret.last_four}</code>
            </>
          )}
          {keeper && (
            <>
              {" · "}
              {t("secrets.belongsTo")} <Link to={`/settings/${keeper}`}>{t(`settings.nav.${keeper}`)}</Link>
            </>
          )}
        </p>
        <Times secret={secret} />
        {!readable && !isDeleted(secret) && (
          <p className="row-text">{keeper === null ? t("secrets.unreadableText") : t("secrets.unreadableKept")}</p>
        )}
      </div>
      <div className="row-actions">
        {actsFor(secret).map((act) => {
          if (act !== "reveal") return <ActButton key={act} act={act} name={name} onPress={() => onAct(act)} />;
          return (
            <Button
              key={act}
              ref={showButton}
              onClick={() => !shown && reveal.run()}
              aria-disabled={reveal.pending || shown !== null || undefined}
              aria-label={`${t("secrets.reveal")}: ${name}`}
            >
              {reveal.pending ? t("secrets.revealing") : t("secrets.reveal")}
            </Button>
          );
        })}
      </div>
      {reveal.message && (
        <div className="row-below">
          <Notice tone="error">{reveal.message}</Notice>
        </div>
      )}
      {shown && (
        <div className="row-below">
          <RevealedValue
            secret={shown}
            onHide={() => {
              // Only from what vanishes: somebody may have gone on to another field meanwhile.
              const inside = document.activeElement?.closest(".row-below") !== null;
              setShown(null);
              if (inside) showButton.current?.focus();
            }}
          />
        </div>
      )}
    </li>
  );
}

function Times({ secret }: { secret: Secret }) {
  const { t } = useTranslation();
  if (secret.deleted_at) {
    return (
      <p className="row-text">
        {t("secrets.deletedAt")} <When at={secret.deleted_at} />
      </p>
    );
  }
  return (
    <>
      {secret.updated_at && (
        <p className="row-text">
          {t("secrets.changed")} <When at={secret.updated_at} />
        </p>
      )}
      <p className="row-text">
        {secret.last_used_at ? (
          <>
            {t("secrets.used")} <When at={secret.last_used_at} />
          </>
        ) : (
          t("secrets.neverUsed")
        )}
      </p>
    </>
  );
}

interface ActButtonProps {
  act: Exclude<SecretAct, "reveal">;
  name: string;
  onPress(): void;
}

function ActButton({ act, name, onPress }: ActButtonProps) {
  const { t } = useTranslation();
  return (
    <Button
      look={act === "destroy" ? "danger" : "quiet"}
      onClick={onPress}
      aria-label={`${t(`secrets.${act}`)}: ${name}`}
    >
      {t(`secrets.${act}`)}
    </Button>
  );
}
