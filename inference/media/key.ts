import { createHash } from "node:crypto";
import type { PatchLayout } from "./patches.ts";
import type { Size } from "./smartResize.ts";

/** Everything that the patches of a medium were made from. */
export interface MediumIdentity {
  kind: "image" | "video";
  /** SHA-256 of each file. */
  files: readonly string[];
  /** Indices of a clip's frames. */
  frames?: readonly number[];
  /** As the model sees it. */
  size: Size;
  /** The size between the two resizings of a frame list. */
  listed?: Size | undefined;
}

/** Equal for equal patches only; see `ProcessedMedium.key`. */
export function mediumKey(identity: MediumIdentity, layout: PatchLayout): string {
  const { kind, files, frames = [], size, listed = size } = identity;
  const settings = [
    kind,
    files,
    frames,
    [size.width, size.height],
    [listed.width, listed.height],
    [layout.patchSize, layout.temporalPatchSize, layout.mergeSize],
  ];
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex");
}
