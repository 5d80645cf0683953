/** Everything that app/ChatRoute.tsx fetches, in one piece. */
import "./texts";

export { ChatPage } from "./ChatPage";
