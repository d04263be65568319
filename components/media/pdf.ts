import type { PDFDocumentLoadingTask, PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
import { UploadError } from "./upload.ts";

/** Pages of a PDF as pictures, drawn in the browser. The parser is loaded when the first file is opened. */

/** Copied there from the package when the page is built. */
const assets = "/pdfjs/";
/** A PDF point is the 72nd part of an inch. */
const pointsPerInch = 72;
/** Pixels of one page at most: what a canvas holds everywhere, and less than the server takes. */
const mostPixels = 40_000_000;
/** How long (ms) a file stays open that nobody uses. */
const idleTime = 5000;

export interface PageSize {
  /** Points. */
  width: number;
  height: number;
}

/** A PDF file. It is read piece by piece, and open only while it is used: pages may be asked for long after it was chosen. */
export class PdfFile {
  readonly name: string;
  readonly #file: File;
  #task: Promise<PDFDocumentLoadingTask> | undefined;
  #users = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(file: File) {
    this.#file = file;
    this.name = file.name;
  }

  /** @throws UploadError pdf_password, pdf_corrupt, network */
  countPages(): Promise<number> {
    return this.#use((document) => Promise.resolve(document.numPages));
  }

  /** @param page from 1 @throws UploadError */
  size(page: number): Promise<PageSize> {
    return this.#usePage(page, (it) => {
      const { width, height } = it.getViewport({ scale: 1 });
      return Promise.resolve({ width, height });
    });
  }

  /** Draws a page so that its longer side has at most `side` pixels. @throws UploadError */
  drawThumbnail(page: number, canvas: HTMLCanvasElement, side: number): Promise<void> {
    return this.#usePage(page, async (it) => {
      const { width, height } = it.getViewport({ scale: 1 });
      await draw(it, canvas, { scale: side / Math.max(width, height), intent: "display" });
    });
  }

  /** A page as a PNG file. @throws UploadError; the signal's reason when aborted */
  picture(page: number, { dpi, name, signal }: { dpi: number; name: string; signal: AbortSignal }): Promise<File> {
    return this.#usePage(page, async (it) => {
      signal.throwIfAborted();
      const canvas = document.createElement("canvas");
      const scale = scaleOf(it.getViewport({ scale: 1 }), dpi);
      // "print" draws without waiting for frames, which a hidden page does not have.
      await draw(it, canvas, { scale, intent: "print" });
      signal.throwIfAborted();
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
      canvas.width = 0; // gives its memory back at once
      if (!blob) throw new Error("The page could not be encoded");
      return new File([blob], name, { type: "image/png" });
    });
  }

  async #usePage<Value>(number: number, work: (page: PDFPageProxy) => Promise<Value>): Promise<Value> {
    return this.#use(async (document) => {
      const page = await document.getPage(number);
      try {
        return await work(page);
      } finally {
        page.cleanup();
      }
    });
  }

  async #use<Value>(work: (document: PDFDocumentProxy) => Promise<Value>): Promise<Value> {
    this.#users += 1;
    clearTimeout(this.#timer);
    try {
      this.#task ??= this.#open();
      return await work(await (await this.#task).promise);
    } catch (fault) {
      throw this.#translated(fault);
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#timer = setTimeout(() => void this.close(), idleTime);
    }
  }

  async #open(): Promise<PDFDocumentLoadingTask> {
    const pdfjs = await import("pdfjs-dist").catch(() => {
      this.#task = undefined; // the next attempt may find the server
      throw new UploadError({ code: "network", params: { name: this.name } });
    });
    pdfjs.GlobalWorkerOptions.workerSrc = `${assets}pdf.worker.min.mjs`;
    const range = new pdfjs.PDFDataRangeTransport(this.#file.size, null);
    range.requestDataRange = (begin: number, end: number) => {
      this.#file
        .slice(begin, end)
        .arrayBuffer()
        .then(
          (bytes) => range.onDataRange(begin, new Uint8Array(bytes)),
          () => range.abort(),
        );
    };
    const at = (folder: string) => new URL(assets + folder, location.href).href;
    return pdfjs.getDocument({
      range,
      disableAutoFetch: true,
      disableStream: true,
      cMapUrl: at("cmaps/"),
      standardFontDataUrl: at("standard_fonts/"),
      wasmUrl: at("wasm/"),
      // The page's policy allows no code that is made at run time.
      useWasm: false,
      enableXfa: false,
      stopAtErrors: false,
      verbosity: pdfjs.VerbosityLevel.ERRORS,
    });
  }

  /** Until it is used again. */
  async close(): Promise<void> {
    const task = this.#task;
    this.#task = undefined;
    await task?.then((it) => it.destroy()).catch(() => undefined);
  }

  #translated(fault: unknown): unknown {
    if (fault instanceof UploadError || (fault instanceof DOMException && fault.name === "AbortError")) return fault;
    const isLocked = fault instanceof Error && fault.name === "PasswordException";
    return new UploadError({ code: isLocked ? "pdf_password" : "pdf_corrupt", params: { name: this.name } });
  }
}

async function draw(page: PDFPageProxy, canvas: HTMLCanvasElement, { scale, intent }: { scale: number; intent: "display" | "print" }): Promise<void> {
  const viewport = page.getViewport({ scale });
  canvas.width = Math.max(1, Math.round(viewport.width));
  canvas.height = Math.max(1, Math.round(viewport.height));
  await page.render({ canvas, viewport, intent, background: "#ffffff" }).promise;
}

/** Pixels to a point at a sharpness, less where the page would not fit on a canvas. */
function scaleOf({ width, height }: PageSize, dpi: number): number {
  return Math.min(dpi / pointsPerInch, Math.sqrt(mostPixels / (width * height)));
}

/** The size (pixels) of the picture that a page becomes. */
export function pagePixels(size: PageSize, dpi: number): { width: number; height: number } {
  const scale = scaleOf(size, dpi);
  return { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
}
