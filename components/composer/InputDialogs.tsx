"use client";

import { lazy, Suspense } from "react";
import { useSessions } from "../chat/Sessions.tsx";
import { useServerConfig } from "../model/useServer.tsx";
import type { Draft } from "./draft.ts";
import { focusMessageBox } from "./focusMessageBox.ts";

// Each is loaded when it is first asked for.
const AddressDialog = lazy(() => import("./AddressDialog.tsx"));
const CaptureDialog = lazy(() => import("./CaptureDialog.tsx"));
const FramesDialog = lazy(() => import("./FramesDialog.tsx"));
const PdfDialog = lazy(() => import("./PdfDialog.tsx"));

/** A dialog that the reader opened. */
export type OpenDialog = { kind: "address" } | { kind: "camera" } | { kind: "screen" } | { kind: "merge"; keys: readonly string[] };

export interface InputDialogsProps {
  draft: Draft;
  open: OpenDialog | undefined;
  onClose: () => void;
}

/** The dialog about what is to be attached: the one that was opened, else what the draft has to ask. */
export function InputDialogs({ draft, open, onClose }: InputDialogsProps) {
  return (
    <Suspense>{open ? <Opened draft={draft} open={open} onClose={() => { onClose(); focusMessageBox(); }} /> : <Asked key={draft.asking.length} draft={draft} />}</Suspense>
  );
}

function Opened({ open, onClose }: { draft: Draft; open: OpenDialog; onClose: () => void }) {
  const { draft: session } = useSessions();
  const limits = useServerConfig()?.limits;
  switch (open.kind) {
    case "address":
      return (
        <AddressDialog
          onClose={onClose}
          onAttach={(url) => {
            session.attachAddress(url);
            onClose();
          }}
        />
      );
    case "camera":
    case "screen":
      return (
        <CaptureDialog
          kind={open.kind}
          onClose={onClose}
          onAttach={(file) => {
            session.attach([file], limits);
            onClose();
          }}
        />
      );
    case "merge":
      return (
        <FramesDialog
          count={open.keys.length}
          onClose={onClose}
          onClip={(clip) => {
            session.merge(open.keys, clip);
            onClose();
          }}
        />
      );
  }
}

/** Where the server has not said yet how many pictures fit. */
const usualLimit = 256;

function Asked({ draft }: { draft: Draft }) {
  const { draft: session } = useSessions();
  const limits = useServerConfig()?.limits;
  const asking = draft.asking[0];
  const answered = () => {
    session.store.dispatch({ type: "answered" });
    focusMessageBox();
  };
  switch (asking?.kind) {
    case undefined:
      return null;
    case "document":
      return (
        <PdfDialog
          file={asking.file}
          limit={Math.max(1, (limits?.mediaPerRequest ?? usualLimit) - draft.attachments.length)}
          onClose={answered}
          onFailed={(error) => {
            session.reject(error);
            answered();
          }}
          onAttach={(pages) => {
            session.attachMade(pages);
            answered();
          }}
        />
      );
    case "frames":
      return (
        <FramesDialog
          name={asking.name}
          count={asking.files.length}
          onClose={answered}
          onClip={(clip) => {
            session.attachFrames(asking.files, clip);
            answered();
          }}
          onPictures={() => {
            session.attach(asking.files, limits);
            answered();
          }}
        />
      );
  }
}
