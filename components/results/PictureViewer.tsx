"use client";

import { useCallback, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { AgentSteps } from "../agents/AgentSteps.tsx";
import { AgentOverlay } from "../agents/AgentOverlay.tsx";
import { useOwnSessions } from "../chat/Sessions.tsx";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { mediaUrl } from "../media/upload.ts";
import { useServerConfig } from "../model/useServer.tsx";
import { phone, useMediaQuery } from "../shell/useMediaQuery.ts";
import { downloadBlob, downloadText } from "../ui/download.ts";
import { FoldSummary } from "../ui/FoldSummary.tsx";
import type { Focus } from "../viewer/focus.ts";
import { useSetFocus } from "../viewer/FocusProvider.tsx";
import { CameraPanel, cameraOf, defaultCamera } from "./CameraPanel.tsx";
import { classesOf, classKey, extentOf, numberPoints } from "./classes.ts";
import { cropPicture, fetchPicture } from "./cropPicture.ts";
import type { DownloadFormat } from "./DownloadMenu.tsx";
import { fileName, toCoco, toJson } from "./exports.ts";
import { Legend } from "./Legend.tsx";
import { MarkTable } from "./MarkTable.tsx";
import { paintMarks } from "./paint.ts";
import { edgeColor } from "./palette.ts";
import { PictureTabs } from "./PictureTabs.tsx";
import { textInReadingOrder } from "./readingOrder.ts";
import { Stage } from "./Stage.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { TopView } from "./TopView.tsx";
import type { Box } from "./types.ts";
import { useAnswerResults } from "./useAnswerResults.ts";
import { usePictureView } from "./usePictureView.ts";
import { usePointed } from "./usePointing.ts";

type MediumFocus = Extract<Focus, { kind: "medium" }>;

const mostNamesOnPhone = 6;

/** A picture of a question with what an answer marked on it. */
export default function PictureViewer({ focus }: { focus: MediumFocus }) {
  const medium = focus.media[focus.index];
  if (medium?.info.kind !== "image") return null;
  // Each picture begins as a whole.
  return <Viewer key={`${focus.index} ${medium.id}`} focus={focus} medium={medium} />;
}

function Viewer({ focus, medium }: { focus: MediumFocus; medium: MediumFocus["media"][number] }) {
  const t = useTranslations("results");
  const { answer, index, media } = focus;
  const { results } = useAnswerResults(answer);
  const marks = useMemo(() => results.marks.filter((mark) => mark.medium === index), [results, index]);
  // Steps of an agent are about the last picture.
  const actions = index === media.findLastIndex(({ info }) => info.kind === "image") ? results.actions : [];
  const legend = useMemo(() => classesOf(marks, results.marks), [marks, results]);
  const classes = useMemo(() => new Map(legend.map((entry) => [entry.key, entry])), [legend]);
  const numbers = useMemo(() => numberPoints(marks), [marks]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => (hidden.size === 0 ? marks : marks.filter((mark) => !hidden.has(classKey(mark)))), [marks, hidden]);
  const texts = marks.filter((mark) => mark.kind === "text");
  const inSpace = marks.filter((mark) => mark.kind === "box3d");
  const [choice, setChoice] = useState(defaultCamera);
  const [space, setSpace] = useState(true);
  const camera = useMemo(() => cameraOf(choice, medium.info), [choice, medium.info]);
  const [zoom, stageRef] = usePictureView(medium.info);
  const onPhone = useMediaQuery(phone);
  const [chosenNames, setNames] = useState<boolean>();
  // On a small screen many names would hide the picture; the colours of the legend say the same.
  const names = chosenNames ?? !(onPhone && marks.length > mostNamesOnPhone);
  const setFocus = useSetFocus();
  const pointed = usePointed(answer);
  const { status, setStatus, cropping, setCropping, busy, crop } = useCrop(medium);

  const { show } = zoom;
  const open = useCallback(
    (id: string) => {
      const mark = marks.find((it) => it.id === id);
      const extent = mark && extentOf(mark);
      if (answer !== undefined) setFocus({ type: "point", pointed: { answer, id } });
      if (extent) show(extent);
    },
    [marks, answer, setFocus, show],
  );

  const download = (format: DownloadFormat) => {
    const picture = { name: medium.name, width: medium.info.width, height: medium.info.height, marks: shown, camera };
    switch (format) {
      case "downloadJson":
        downloadText(fileName(medium.name, "marks.json"), toJson(picture), "application/json");
        break;
      case "downloadCoco":
        downloadText(fileName(medium.name, "coco.json"), toCoco(picture), "application/json");
        break;
      case "downloadPng":
        fetchPicture(mediaUrl(medium.id))
          .then((blob) => paintMarks(blob, shown, { camera, colorOf: (mark) => classes.get(classKey(mark))?.color ?? edgeColor, numberOf: ({ id }) => numbers.get(id) }))
          .then((blob) => downloadBlob(fileName(medium.name, "marks.png"), blob))
          .catch(() => setStatus(t("pictureUnreadable")));
    }
  };

  return (
    <div className="flex h-full min-h-0 flex-col">
      <Toolbar
        zoom={zoom}
        names={marks.some(({ kind }) => kind === "box") ? { on: names, toggle: () => setNames(!names) } : undefined}
        space={inSpace.length > 0 ? { on: space, toggle: () => setSpace(!space) } : undefined}
        copy={texts.length > 0 ? () => textInReadingOrder(texts) : undefined}
        crop={crop && { on: cropping, toggle: () => setCropping(!cropping) }}
        onDownload={marks.length > 0 ? download : undefined}
      />
      {media.length > 1 && <PictureTabs focus={focus} marks={results.marks} />}
      <div className="min-h-40 grow">
        <Stage
          medium={medium}
          answer={answer}
          marks={shown}
          classes={classes}
          numbers={numbers}
          camera={camera}
          names={names}
          zoom={zoom}
          stageRef={stageRef}
          overlay={actions.length > 0 && <AgentOverlay actions={actions} size={medium.info} pointed={pointed} />}
          crop={crop && cropping ? { busy, onCrop: crop, onCancel: () => setCropping(false) } : undefined}
        />
      </div>
      <p role="status" className="px-3 text-sm text-muted not-empty:py-1.5">
        {status}
      </p>
      {legend.length > 0 && <Legend classes={legend} hidden={hidden} onChange={setHidden} />}
      {inSpace.length > 0 && space && (
        <div className="max-h-[40%] shrink-0 overflow-y-auto">
          <CameraPanel choice={choice} picture={medium.info} onChange={setChoice} />
          <TopView marks={inSpace.filter((mark) => shown.includes(mark))} classes={classes} camera={camera} picture={medium.info} pointed={pointed} />
        </div>
      )}
      {answer !== undefined && actions.length > 0 && <AgentSteps actions={actions} answer={answer} />}
      {answer !== undefined && marks.length > 0 && (
        // On a phone the picture has the room, and the table unfolds.
        <details open={!onPhone} className="shrink-0 border-t border-line">
          <FoldSummary className="px-3 text-xs text-muted">{t("rows", { count: shown.length })}</FoldSummary>
          <MarkTable answer={answer} marks={shown} classes={classes} numbers={numbers} onOpen={open} follow className="max-h-[26dvh]" />
        </details>
      )}
    </div>
  );
}

/** A part of the picture becomes an attachment of the next message. */
function useCrop(medium: MediumFocus["media"][number]) {
  const t = useTranslations("results");
  const sessions = useOwnSessions();
  const limits = useServerConfig()?.limits;
  const [status, setStatus] = useState("");
  const [cropping, setCropping] = useState(false);
  const [busy, setBusy] = useState(false);
  const crop = async (box: Box): Promise<void> => {
    setBusy(true);
    try {
      const part = await cropPicture(await fetchPicture(mediaUrl(medium.id)), box, fileName(medium.name, "part.png"));
      sessions?.draft.attach([part], limits, { origin: { kind: "part", of: medium.name } });
      setCropping(false);
      setStatus(t("cropped"));
      focusMessageBox();
    } catch {
      setStatus(t("pictureUnreadable"));
    }
    setBusy(false);
  };
  return { status, setStatus, cropping, setCropping, busy, crop: sessions && ((box: Box) => void crop(box)) };
}
