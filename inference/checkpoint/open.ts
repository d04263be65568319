import { downloadCheckpoint } from "../hub/download.ts";
import { isHubName } from "../hub/repository.ts";
import type { HubSettings } from "../hub/settings.ts";
import type { Loading } from "../protocol.ts";
import { loadCheckpoint, type LoadOptions } from "./load.ts";
import type { Checkpoint } from "./types.ts";

export interface OpenOptions extends LoadOptions {
  hub: HubSettings;
  signal?: AbortSignal;
  onLoading?: (loading: Loading) => void;
}

/**
 * Opens a checkpoint by its folder or by its name on the Hugging Face Hub (owner/name), which is downloaded the first time.
 *
 * @throws EngineError as loadCheckpoint and downloadCheckpoint
 */
export async function openCheckpoint(checkpoint: string, { hub, signal, onLoading, ...load }: OpenOptions): Promise<Checkpoint> {
  if (!isHubName(checkpoint)) {
    onLoading?.({ stage: "reading", fraction: 0 });
    return loadCheckpoint(checkpoint, load);
  }
  onLoading?.({ stage: "downloading", fraction: 0 });
  const folder = await downloadCheckpoint(checkpoint, { settings: hub, ...(signal ? { signal } : {}), ...(onLoading ? { onLoading } : {}) });
  onLoading?.({ stage: "reading", fraction: 0 });
  return { ...(await loadCheckpoint(folder, load)), name: checkpoint.slice(checkpoint.indexOf("/") + 1) };
}
