import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes";

interface ButtonProps extends ComponentProps<"button"> {
  look?: "primary" | "quiet" | "danger";
}

export function Button({ look = "quiet", className, type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={classes("button", `button-${look}`, className)} {...rest} />;
}

interface SubmitButtonProps {
  pending: boolean;
  pendingLabel: string;
  /** For a while nothing can be sent; the form says why. */
  blocked?: boolean;
  children: ReactNode;
}

/**
 * Sends a form. While the answer is awaited it keeps its focus and says what happens; it is marked as disabled rather
 * than disabled, because a disabled button would drop the focus to the page.
 */
export function SubmitButton({ pending, pendingLabel, blocked = false, children }: SubmitButtonProps) {
  return (
    <>
      <Button type="submit" look="primary" className="w-full" aria-disabled={pending || blocked || undefined}>
        {pending && <span className="spinner" aria-hidden="true" />}
        {pending ? pendingLabel : children}
      </Button>
      <span role="status" className="visually-hidden">
        {pending ? pendingLabel : ""}
      </span>
    </>
  );
}
