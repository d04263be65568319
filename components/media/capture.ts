/** Pictures and clips from a camera or from the screen. Nothing is heard: the model has no ears. */

export type CaptureKind = "camera" | "screen";
export type CaptureFault = "denied" | "noCamera" | "cameraBusy" | "insecure" | "captureFailed";

export class CaptureError extends Error {
  override readonly name = "CaptureError";
  readonly fault: CaptureFault;

  constructor(fault: CaptureFault, options?: ErrorOptions) {
    super(fault, options);
    this.fault = fault;
  }
}

/** As large as the camera can; the model's settings decide what of it is seen. */
const wishes = { width: { ideal: 1920 }, height: { ideal: 1080 } };

export interface OpenOptions {
  /** Which of several cameras. */
  device?: string | undefined;
  /** Ends the wait; a stream that comes later is closed. */
  signal: AbortSignal;
}

/** A live picture. @throws CaptureError; the signal's reason when aborted */
export async function openCapture(kind: CaptureKind, { device, signal }: OpenOptions): Promise<MediaStream> {
  // Typed as always there, but only secure pages have it.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new CaptureError("insecure");
  try {
    const stream = await (kind === "camera"
      ? devices.getUserMedia({ video: { ...wishes, ...(device === undefined ? { facingMode: "environment" } : { deviceId: { exact: device } }) }, audio: false })
      : devices.getDisplayMedia({ video: true, audio: false }));
    if (signal.aborted) closeCapture(stream);
    signal.throwIfAborted();
    return stream;
  } catch (fault) {
    signal.throwIfAborted();
    throw new CaptureError(faultOf(fault), { cause: fault });
  }
}

function faultOf(fault: unknown): CaptureFault {
  switch (fault instanceof DOMException ? fault.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "noCamera";
    case "NotReadableError":
    case "AbortError":
      return "cameraBusy";
    default:
      return "captureFailed";
  }
}

export function closeCapture(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** The cameras by id; their names are known only while one is open. */
export async function listCameras(): Promise<string[]> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "").map(({ deviceId }) => deviceId);
}

/** What a playing video shows now, in its full size. @throws CaptureError captureFailed */
export async function takePicture(video: HTMLVideoElement, name: string): Promise<File> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  if (canvas.width === 0) throw new CaptureError("captureFailed");
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new CaptureError("captureFailed");
  return new File([blob], `${name}.png`, { type: "image/png" });
}

const containers = [
  { type: "video/webm;codecs=vp8", ending: "webm" },
  { type: "video/mp4", ending: "mp4" },
] as const;

export interface Recording {
  /** Ends it. @throws CaptureError captureFailed where nothing was recorded */
  finish: () => Promise<File>;
}

/** Records what a stream shows. @throws CaptureError captureFailed where the browser cannot */
export function record(stream: MediaStream, name: string): Recording {
  const container = containers.find(({ type }) => MediaRecorder.isTypeSupported(type));
  if (!container) throw new CaptureError("captureFailed");
  const recorder = new MediaRecorder(stream, { mimeType: container.type });
  const chunks: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
  const ended = new Promise<void>((resolve) => {
    recorder.addEventListener("stop", () => resolve());
  });
  recorder.start(1000);
  return {
    finish: async () => {
      if (recorder.state !== "inactive") recorder.stop();
      await ended;
      const blob = new Blob(chunks, { type: container.type });
      if (blob.size === 0) throw new CaptureError("captureFailed");
      return new File([blob], `${name}.${container.ending}`, { type: container.type.split(";")[0] ?? "" });
    },
  };
}
