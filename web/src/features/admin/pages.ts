/** Everything that app/AdminRoute.tsx fetches for administrators, in one piece. */
import "./texts";

export { AdminLayout } from "./AdminLayout";
export { AuditPage } from "./AuditPage";
export { PolicyPage } from "./PolicyPage";
export { UserPage } from "./UserPage";
export { UsersPage } from "./UsersPage";
