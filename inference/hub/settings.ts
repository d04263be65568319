import { homedir } from "node:os";
import path from "node:path";
import { z } from "zod";

/** How to reach the Hugging Face Hub, and where what it gave is shared with other programs. */
export interface HubSettings {
  endpoint: string;
  token: string | undefined;
  /** Where a token may lie that another program was given, when `token` is undefined. */
  tokenFile: string;
  cacheFolder: string;
  /** No connection is to be tried. */
  offline: boolean;
}

/** The variables of huggingface_hub that count here; an empty one must not be given. */
export const hubVariablesSchema = z.object({
  HF_ENDPOINT: z.string().optional(),
  HF_TOKEN: z.string().optional(),
  HF_TOKEN_PATH: z.string().optional(),
  HF_HOME: z.string().optional(),
  HF_HUB_CACHE: z.string().optional(),
  HUGGINGFACE_HUB_CACHE: z.string().optional(),
  HF_HUB_OFFLINE: z.string().optional(),
  XDG_CACHE_HOME: z.string().optional(),
});

/** As huggingface_hub/constants.py. */
export function hubSettings(variables: z.infer<typeof hubVariablesSchema>): HubSettings {
  const home = variables.HF_HOME ?? path.join(variables.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "huggingface");
  return {
    endpoint: (variables.HF_ENDPOINT ?? "https://huggingface.co").replace(/\/+$/, ""),
    token: variables.HF_TOKEN?.trim(),
    tokenFile: variables.HF_TOKEN_PATH ?? path.join(home, "token"),
    cacheFolder: variables.HF_HUB_CACHE ?? variables.HUGGINGFACE_HUB_CACHE ?? path.join(home, "hub"),
    offline: /^(1|on|yes|true)$/i.test(variables.HF_HUB_OFFLINE ?? ""),
  };
}
