"use client";

import { useMemo, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { mediaUrl } from "../media/upload.ts";
import type { Camera } from "./camera.ts";
import { classKey, type MarkClass } from "./classes.ts";
import { CropLayer } from "./CropLayer.tsx";
import { MarksLayer, PointedMark } from "./MarksLayer.tsx";
import { edgeColor } from "./palette.ts";
import { TextLayer } from "./TextLayer.tsx";
import type { Box, Mark } from "./types.ts";
import { useGestures } from "./useGestures.ts";
import type { PictureView } from "./usePictureView.ts";
import { usePointed, usePointing } from "./usePointing.ts";
import type { Size } from "./view.ts";

export interface StageProps {
  medium: UploadedMedia;
  answer: string | undefined;
  /** Those that are shown. */
  marks: readonly Mark[];
  classes: ReadonlyMap<string, MarkClass>;
  numbers: ReadonlyMap<string, number>;
  camera: Camera;
  names: boolean;
  zoom: PictureView;
  stageRef: (element: HTMLElement | null) => void;
  /** Drawn over the picture besides its marks. */
  overlay?: ReactNode;
  /** Undefined while no part is being chosen. */
  crop: { busy: boolean; onCrop: (box: Box) => void; onCancel: () => void } | undefined;
}

/** The picture with its marks, zoomed and moved. */
export function Stage({ medium, answer, marks, classes, numbers, camera, names, zoom, stageRef, overlay, crop }: StageProps) {
  const t = useTranslations("results");
  const gestures = useGestures(zoom);
  const { handlers } = usePointing(answer);
  const pointed = usePointed(answer);
  const [gone, setGone] = useState(false);
  const { width, height } = medium.info;
  const picture = useMemo<Size>(() => ({ width, height }), [width, height]);
  const texts = useMemo(() => marks.filter((mark) => mark.kind === "text"), [marks]);
  const lit = pointed === undefined ? undefined : marks.find(({ id }) => id === pointed);
  const { view, stage } = zoom;
  return (
    <div
      ref={stageRef}
      role="group"
      aria-label={t("stage", { name: medium.name, count: marks.length })}
      tabIndex={0}
      data-stage=""
      className="relative h-full min-h-0 cursor-grab touch-none overflow-hidden bg-sunken/60 -outline-offset-2 active:cursor-grabbing"
      {...gestures}
      onDoubleClick={(event) => {
        const bounds = event.currentTarget.getBoundingClientRect();
        if (!crop && event.target instanceof Element && event.target.closest("[data-selectable]") === null) zoom.zoom(2, { x: event.clientX - bounds.left, y: event.clientY - bounds.top });
      }}
    >
      {gone && <p className="grid h-full place-items-center p-6 text-center text-sm text-muted">{t("gone")}</p>}
      {view && !gone && (
        <div
          className="absolute top-0 left-0 origin-top-left"
          style={{ transform: `translate(${view.x}px, ${view.y}px)`, width: width * view.scale, height: height * view.scale }}
          {...handlers}
        >
          <img src={mediaUrl(medium.id)} alt={medium.name} draggable={false} onError={() => setGone(true)} className="size-full max-w-none select-none" />
          <MarksLayer marks={marks} classes={classes} numbers={numbers} picture={picture} camera={camera} names={names} />
          {overlay}
          {texts.length > 0 && <TextLayer marks={texts} picture={picture} />}
          {lit && <PointedMark mark={lit} color={classes.get(classKey(lit))?.color ?? edgeColor} number={numbers.get(lit.id)} picture={picture} camera={camera} />}
        </div>
      )}
      {crop && view && stage && !gone && <CropLayer view={view} stage={stage} picture={picture} {...crop} />}
    </div>
  );
}
