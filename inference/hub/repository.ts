import { statSync } from "node:fs";

/** Whether a checkpoint is named as on the Hub, owner/name, and not by a folder. A folder that is there comes first. */
export function isHubName(checkpoint: string): boolean {
  return /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(checkpoint) && statSync(checkpoint, { throwIfNoEntry: false }) === undefined;
}
