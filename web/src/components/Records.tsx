import { type ReactNode, type Ref, useSyncExternalStore } from "react";

export interface Column<Row> {
  name: string;
  /** Class for its share of a table's width. */
  share: string;
  cell(row: Row): ReactNode;
}

interface RecordsProps<Row> {
  /** What the table holds, for those who cannot see what stands around it. */
  caption: string;
  rows: readonly Row[];
  keyOf(row: Row): string;
  /** The first one names the row. */
  columns: readonly [Column<Row>, ...Column<Row>[]];
  /** Parent of the rows, in either shape; each row can take the focus from the program. */
  ref?: Ref<HTMLElement>;
}

/** Rows of the same kind: a table where there is room for one, otherwise a list whose entries name their values. */
export function Records<Row>({ caption, rows, keyOf, columns, ref }: RecordsProps<Row>) {
  const wide = useWide();
  const [title, ...facts] = columns;
  if (!wide) {
    return (
      <ul className="rows" aria-label={caption} ref={ref as Ref<HTMLUListElement>}>
        {rows.map((row) => (
          <li key={keyOf(row)} className="row" tabIndex={-1}>
            <div className="min-w-0">
              <div className="row-title">{title.cell(row)}</div>
              <dl className="record-facts">
                {facts.map(({ name, cell }) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{cell(row)}</dd>
                  </div>
                ))}
              </dl>
            </div>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <table className="records">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ name, share }) => (
            <th key={name} scope="col" className={share}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={ref as Ref<HTMLTableSectionElement>}>
        {rows.map((row) => (
          <tr key={keyOf(row)} tabIndex={-1}>
            <th scope="row">{title.cell(row)}</th>
            {facts.map(({ name, cell }) => (
              <td key={name}>{cell(row)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const room = matchMedia("(min-width: 48rem)");

function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      room.addEventListener("change", changed);
      return () => room.removeEventListener("change", changed);
    },
    () => room.matches,
  );
}
