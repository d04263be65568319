import { useCallback } from "react";
import { useTranslations } from "use-intl";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { useServerConfig } from "../model/useServer.tsx";
import { useSessions } from "./Sessions.tsx";
import { pictureUrl, type Starter } from "./starters.ts";

/** Asks an example: its pictures are attached as a reader's own would be, and it is sent when they are uploaded. */
export function useStarter(): (starter: Starter) => void {
  const t = useTranslations("empty.starters");
  const { draft } = useSessions();
  const limits = useServerConfig()?.limits;
  return useCallback(
    (starter) => {
      const question = t(starter.question);
      draft.store.dispatch({ type: "typed", text: question });
      focusMessageBox();
      void Promise.all(starter.pictures.map(fetchPicture)).then(
        (files) => {
          draft.attach(files, limits);
          draft.store.dispatch({ type: "send-asked", wanted: true });
        },
        () => draft.store.dispatch({ type: "rejected", key: starter.question, error: { code: "network", params: {} } }),
      );
    },
    [t, draft, limits],
  );
}

async function fetchPicture(picture: string): Promise<File> {
  const response = await fetch(pictureUrl(picture));
  if (!response.ok) throw new Error(`example ${picture}: ${response.status}`);
  return new File([await response.blob()], picture, { type: "image/png" });
}
