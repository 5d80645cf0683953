import * as RadixDialog from "@radix-ui/react-dialog";
import { type ReactNode, useRef } from "react";
import { classes } from "./classes";

interface DialogProps {
  title: string;
  description: ReactNode;
  /** A question that interrupts (`alertdialog`), or a form. */
  role?: "dialog" | "alertdialog";
  /** Which element gets the focus at first; the first one that can have it, if nothing is said. */
  initialFocus?: string;
  /** Hides the page below almost completely. */
  veil?: boolean;
  className?: string;
  /** Title and description are for screen readers alone, because what is in the dialog explains itself. */
  quiet?: boolean;
  /** The dialog is gone and the focus is back: the time to lead to another page. */
  onClosed?(): void;
  /** Escape and a press beside the dialog; without it, the dialog stays until its buttons end it. */
  onDismiss?(): void;
  children: ReactNode;
}

/**
 * A modal dialog, open as long as it is drawn: the focus stays inside and returns to where it was. Radix's own overlay is
 * not used, because it locks scrolling with a style element, which the Content-Security-Policy forbids; styles.css does it.
 */
export function Dialog({ title, description, role = "dialog", onDismiss, children, ...more }: DialogProps) {
  const { initialFocus, veil, className, quiet, onClosed } = more;
  const content = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  const stay = (event: Event) => {
    if (!onDismiss) event.preventDefault();
  };
  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && onDismiss?.()}>
      <RadixDialog.Portal>
        <div className={classes("dialog-backdrop", veil && "dialog-veil")}>
          <RadixDialog.Content
            ref={content}
            role={role}
            className={classes("dialog", className)}
            onEscapeKeyDown={stay}
            onPointerDownOutside={stay}
            onInteractOutside={stay}
            onOpenAutoFocus={(event) => {
              before.current = document.activeElement;
              const first = initialFocus ? content.current?.querySelector<HTMLElement>(initialFocus) : null;
              if (!first) return;
              event.preventDefault();
              first.focus();
            }}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              // Whatever was focused may have gone with what the dialog was about.
              const back = before.current?.isConnected ? before.current : document.querySelector("h1");
              if (back instanceof HTMLElement) back.focus();
              onClosed?.();
            }}
          >
            <RadixDialog.Title className={quiet ? "visually-hidden" : "dialog-title"}>{title}</RadixDialog.Title>
            <RadixDialog.Description className={quiet ? "visually-hidden" : "dialog-text"}>
              {description}
            </RadixDialog.Description>
            {children}
          </RadixDialog.Content>
        </div>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
