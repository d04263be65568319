"use client";

import { Camera, Circle, Square, SwitchCamera } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { formatSeconds } from "../i18n/format.ts";
import { CaptureError, closeCapture, listCameras, openCapture, record, takePicture, type CaptureFault, type CaptureKind, type Recording } from "../media/capture.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { ActionButton } from "./ActionButton.tsx";
import { InputDialog } from "./InputDialog.tsx";

export interface CaptureDialogProps {
  kind: CaptureKind;
  onAttach: (file: File) => void;
  onClose: () => void;
}

/** A clip longer than this (s) ends by itself. */
const longestRecording = 60;

/** Shows what the camera or the screen shows, and takes a picture of it, or a short clip. */
export default function CaptureDialog({ kind, onAttach, onClose }: CaptureDialogProps) {
  const t = useTranslations("input");
  const locale = useLocale();
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState<{ device?: string }>({});
  const { stream, cameras, fault, fail } = useCapture(kind, attempt);
  const recording = useRecording({ stream, fail, onDone: onAttach });
  useEffect(() => {
    if (video.current) video.current.srcObject = stream ?? null;
  }, [stream]);
  const now = () => new Date().toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).replaceAll(":", ".");
  const photo = () => {
    if (!video.current) return;
    takePicture(video.current, t(kind === "camera" ? "capturedPhoto" : "capturedScreen", { time: now() })).then(onAttach, fail);
  };
  return (
    <InputDialog
      title={t(kind === "camera" ? "cameraTitle" : "screenTitle")}
      onClose={onClose}
      wide
      actions={
        fault ? (
          <ActionButton strong onClick={() => setAttempt({})}>
            {t("tryAgain")}
          </ActionButton>
        ) : recording.seconds !== undefined ? (
          <>
            <p role="timer" className="mr-auto text-sm text-muted tabular-nums">
              {t("recording", { seconds: formatSeconds(locale, recording.seconds) })}
            </p>
            <ActionButton strong onClick={recording.finish}>
              <Square aria-hidden className="size-4 fill-current" /> {t("stopRecording")}
            </ActionButton>
          </>
        ) : (
          <>
            {cameras.length > 1 && (
              <IconButton label={t("otherCamera")} onClick={() => setAttempt(nextCamera(cameras, stream))}>
                <SwitchCamera aria-hidden />
              </IconButton>
            )}
            <ActionButton disabled={!stream} onClick={() => stream && recording.start(t("capturedClip", { time: now() }))}>
              <Circle aria-hidden className="size-4 fill-danger text-danger" /> {t("record")}
            </ActionButton>
            <ActionButton strong disabled={!stream} onClick={photo}>
              <Camera aria-hidden className="size-4" /> {t("takePicture")}
            </ActionButton>
          </>
        )
      }
    >
      {fault ? (
        <div role="alert" className="grid gap-1 py-4">
          <p className="font-medium text-danger">{t(`${fault}.cause`)}</p>
          <p className="text-muted">{t(`${fault}.action`)}</p>
        </div>
      ) : (
        <div className="relative grid aspect-video place-items-center overflow-hidden rounded-2xl bg-sunken">
          {!stream && <p className="animate-breathe text-muted">{t("starting")}</p>}
          <video ref={video} muted playsInline autoPlay aria-label={t(kind === "camera" ? "cameraTitle" : "screenTitle")} className="absolute inset-0 size-full object-contain" />
        </div>
      )}
    </InputDialog>
  );
}

interface Capture {
  stream?: MediaStream;
  cameras: readonly string[];
  fault?: CaptureFault;
}

/** Opens a stream for each attempt, and closes it with the next or with the dialog. */
function useCapture(kind: CaptureKind, attempt: { device?: string }) {
  const [capture, setCapture] = useState<Capture>({ cameras: [] });
  useEffect(() => {
    const gone = new AbortController();
    let opened: MediaStream | undefined;
    const open = async () => {
      setCapture(({ cameras }) => ({ cameras }));
      opened = await openCapture(kind, { device: attempt.device, signal: gone.signal });
      setCapture(({ cameras }) => ({ ...(opened && { stream: opened }), cameras }));
      // Sharing the screen can be ended outside of the page.
      for (const track of opened.getTracks()) track.addEventListener("ended", () => setCapture(({ cameras }) => ({ cameras, fault: "captureFailed" })));
      if (kind === "camera") {
        const cameras = await listCameras();
        setCapture((latest) => ({ ...latest, cameras }));
      }
    };
    open().catch((fault: unknown) => {
      if (!gone.signal.aborted) setCapture(({ cameras }) => ({ cameras, fault: faultNamed(fault) }));
    });
    return () => {
      gone.abort();
      if (opened) closeCapture(opened);
    };
  }, [kind, attempt]);
  return { ...capture, fail: (fault: unknown) => setCapture(({ cameras }) => ({ cameras, fault: faultNamed(fault) })) };
}

function faultNamed(fault: unknown): CaptureFault {
  return fault instanceof CaptureError ? fault.fault : "captureFailed";
}

function nextCamera(cameras: readonly string[], stream: MediaStream | undefined): { device?: string } {
  const current = stream?.getVideoTracks()[0]?.getSettings().deviceId;
  const next = cameras[(cameras.indexOf(current ?? "") + 1) % cameras.length];
  return next === undefined ? {} : { device: next };
}

interface RecordingOptions {
  stream: MediaStream | undefined;
  fail: (fault: unknown) => void;
  onDone: (file: File) => void;
}

/** A recording that runs: `seconds` while it does. */
function useRecording({ stream, fail, onDone }: RecordingOptions) {
  const current = useRef<Recording>(undefined);
  const [seconds, setSeconds] = useState<number>();
  const finish = () => {
    const running = current.current;
    current.current = undefined;
    setSeconds(undefined);
    running?.finish().then(onDone, fail);
  };
  const latest = useRef(finish);
  useEffect(() => {
    latest.current = finish;
  });
  const isRunning = seconds !== undefined;
  useEffect(() => {
    if (!isRunning) return;
    const began = performance.now();
    const timer = setInterval(() => {
      const passed = Math.floor((performance.now() - began) / 1000);
      setSeconds(passed);
      if (passed >= longestRecording) latest.current();
    }, 250);
    return () => clearInterval(timer);
  }, [isRunning]);
  const start = (name: string) => {
    if (!stream) return;
    try {
      current.current = record(stream, name);
      setSeconds(0);
    } catch (fault) {
      fail(fault);
    }
  };
  return { seconds, start, finish };
}
