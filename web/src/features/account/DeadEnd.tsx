import type { ReactNode } from "react";
import { Link } from "react-router";
import { Page } from "@/components/Page";

interface DeadEndProps {
  title: string;
  lead: ReactNode;
  /** Where to go on. */
  to: string;
  label: string;
}

/** A page that can do nothing here, says why, and shows the way on. */
export function DeadEnd({ title, lead, to, label }: DeadEndProps) {
  return (
    <Page title={title} lead={lead}>
      <p className="page-aside">
        <Link to={to}>{label}</Link>
      </p>
    </Page>
  );
}
