/** The filters of the audit log, as they stand in the address bar and as the server takes them. */

/** What the server takes: ids and moments. */
export interface AuditFilters {
  action?: string;
  owner?: string;
  actor?: string;
  /** RFC 3339; the first moment that counts, and the first that no longer does. */
  from?: string;
  to?: string;
}

/** What the address bar holds: days instead of moments, because people choose days. */
export const filterNames = ["action", "owner", "actor", "from", "to"] as const;
export type FilterName = (typeof filterNames)[number];

const day = /^(\d{4})-(\d{2})-(\d{2})$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Anybody can write into the address bar: what is no filter is none, here, before the server refuses it. */
export function readFilters(search: URLSearchParams): AuditFilters {
  const filters: AuditFilters = {};
  const action = search.get("action");
  if (action && /^[a-z_]+(\.[a-z_]+)+$/.test(action)) filters.action = action;
  for (const name of ["owner", "actor"] as const) {
    const id = search.get(name);
    if (id && uuid.test(id)) filters[name] = id;
  }
  const from = startOfDay(search.get("from"), 0);
  if (from) filters.from = from;
  const to = startOfDay(search.get("to"), 1);
  if (to) filters.to = to;
  return filters;
}

/** Midnight at this computer; `after` days later, because "to" includes its day. */
export function startOfDay(text: string | null, after: number): string | null {
  const [, year, month, date] = (text && day.exec(text)) || [];
  if (!year || !month || !date || Number(year) < 1970) return null;
  const midnight = new Date(Number(year), Number(month) - 1, Number(date));
  // The 31st of February is no day, though Date takes it for one of March.
  if (midnight.getMonth() !== Number(month) - 1 || midnight.getDate() !== Number(date)) return null;
  midnight.setDate(midnight.getDate() + after);
  return midnight.toISOString();
}

/** The address bar's part after one filter changed. Empty values go. */
export function withFilter(search: URLSearchParams, name: FilterName, value: string): URLSearchParams {
  const changed = new URLSearchParams(search);
  if (value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}
