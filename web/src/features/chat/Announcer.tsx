/** Tells a screen reader of the answer, sentence by sentence as it comes; what was there before is not told again. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { readStored, writeStored } from "@/app/stored";
import type { ConversationState } from "./conversationState";
import { kindOf } from "./failures";
import { sentencesAfter } from "./sentences";

const mutedKey = "kontor.muted";

interface Muting {
  muted: boolean;
  setMuted(muted: boolean): void;
}

/** Of this device, like the theme. */
export const useMuting = create<Muting>((set) => ({
  muted: readStored(mutedKey) === "yes",
  setMuted(muted) {
    writeStored(mutedKey, muted ? "yes" : null);
    set({ muted });
  },
}));

interface Said {
  id: number;
  text: string;
}

/** More than anybody has to catch up with. */
const kept = 30;

export function Announcer({ state }: { state: ConversationState }) {
  const { t } = useTranslation("chat");
  const { muted } = useMuting();
  const [said, setSaid] = useState<Said[]>([]);
  const count = useRef(0);
  /** The run that is being told, and how far. */
  const told = useRef<{ run: string; upTo: number; pause: number | null } | null>(null);
  const { run, messages, failure } = state;

  useEffect(() => {
    const say = (...texts: string[]) => {
      const more = texts.map((text) => ({ id: (count.current += 1), text }));
      if (!muted && more.length > 0) setSaid((before) => [...before, ...more].slice(-kept));
    };
    const codeText = (language: string) => (language ? t("markdown.codeIn", { language }) : t("markdown.code"));

    if (run && !run.answered && told.current?.run !== run.id) {
      told.current = { run: run.id, upTo: run.text.length, pause: null };
      if (run.text === "") say(t("announce.begins"));
    }
    const current = told.current;
    if (!current) return;
    if (run && !run.answered) {
      const { sentences, upTo } = sentencesAfter(run.text, current.upTo, false, codeText);
      current.upTo = upTo;
      say(...sentences);
      // Each pause once, not its seconds.
      if (run.waiting && run.waiting.until !== current.pause) say(t("message.paused"));
      current.pause = run.waiting?.until ?? null;
      return;
    }
    told.current = null;
    const answer = messages.at(-1);
    if (answer?.role === "assistant") {
      say(...sentencesAfter(answer.content, current.upTo, true, codeText).sentences);
      if (answer.finish === "failed") say(t(`failed.next.${kindOf(answer.failure?.kind ?? "")}`));
      else say(t(answer.finish === "cancelled" ? "announce.stopped" : "announce.done"));
    } else if (!failure) say(t("announce.stopped"));
  }, [run, messages, failure, muted, t]);

  return (
    <div className="visually-hidden" aria-live={muted ? "off" : "polite"} aria-relevant="additions">
      {said.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
