import { NavLink, Outlet } from "react-router";

interface SectionsProps {
  label: string;
  /** `whole`: the pages below the path belong to another section. */
  sections: readonly { path: string; name: string; whole?: boolean }[];
}

/** An area of several pages: its sections beside the page, above it where the screen is narrow. */
export function Sections({ label, sections }: SectionsProps) {
  return (
    <div className="sections">
      <nav aria-label={label}>
        <ul className="sections-list">
          {sections.map(({ path, name, whole = false }) => (
            <li key={path}>
              <NavLink to={path} end={whole} className="sections-link">
                {name}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0">
        <Outlet />
      </div>
    </div>
  );
}
