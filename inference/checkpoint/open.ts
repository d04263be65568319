import { downloadCheckpoint } from "../hub/download.ts";
import { isHubName } from "../hub/repository.ts";
import type { HubSettings } from "../hub/settings.ts";
import type { Loading } from "../protocol.ts";
import { loadCheckpoint } from "./load.ts";
import type { Checkpoint } from "./types.ts";

export interface OpenOptions {
  hub: HubSettings;
  signal?: AbortSignal;
  onLoading?: (loading: Loading) => void;
}

/**
 * Opens a checkpoint by its folder or by its name on the Hugging Face Hub (owner/name), which is downloaded the first time.
 *
 * @throws EngineError as loadCheckpoint and downloadCheckpoint
 */
export async function openCheckpoint(checkpoint: string, { hub, signal, onLoading }: OpenOptions): Promise<Checkpoint> {
  if (!isHubName(checkpoint)) {
    onLoading?.({ stage: "reading", fraction: 0 });
    return loadCheckpoint(checkpoint);
  }
  onLoading?.({ stage: "downloading", fraction: 0 });
  const folder = await downloadCheckpoint(checkpoint, { settings: hub, ...(signal ? { signal } : {}), ...(onLoading ? { onLoading } : {}) });
  onLoading?.({ stage: "reading", fraction: 0 });
  return { ...(await loadCheckpoint(folder)), name: checkpoint.slice(checkpoint.indexOf("/") + 1) };
}
