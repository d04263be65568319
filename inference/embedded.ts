import path from "node:path";

/** The checkpoint that is part of the project, used where none is given. */
export const embeddedCheckpoint = path.resolve(import.meta.dirname, "..", "models", "demo");
