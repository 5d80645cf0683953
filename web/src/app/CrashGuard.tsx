import { Component, type ReactNode } from "react";
import { useLocation } from "react-router";
import { ErrorPage } from "./ErrorPage";
import { DeskLayout } from "./Shell";

/** What a page breaks with while it is drawn stays within the page: header and footer stand, and another page is tried. */
export function CrashGuard({ children }: { children: ReactNode }) {
  const { key } = useLocation();
  return <Boundary place={key}>{children}</Boundary>;
}

interface BoundaryProps {
  /** Another one: another page. */
  place: string;
  children: ReactNode;
}

class Boundary extends Component<BoundaryProps, { brokenAt: string | null }> {
  override state = { brokenAt: null };

  static getDerivedStateFromError(): { brokenAt: string | null } {
    return { brokenAt: "" };
  }

  static getDerivedStateFromProps({ place }: BoundaryProps, { brokenAt }: { brokenAt: string | null }) {
    if (brokenAt === null) return null;
    // Where it broke is known with the first drawing after that.
    if (brokenAt === "") return { brokenAt: place };
    return brokenAt === place ? null : { brokenAt: null };
  }

  override render(): ReactNode {
    if (this.state.brokenAt === null) return this.props.children;
    return (
      <DeskLayout>
        <ErrorPage />
      </DeskLayout>
    );
  }
}
