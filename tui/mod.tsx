// tui: the room's face: each screen that the program can show. Loads ink and React: only on a terminal.
export { showWhoami, type WhoamiSource } from "./whoami/show.tsx";
export { type PermissionsSource, showPermissions } from "./permissions/show.tsx";
