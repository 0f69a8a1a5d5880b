/** The camera, live: one aims at the numbers with a frame, and what is in the frame is read. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../state/status";
import { Live } from "../ui/live";
import { open } from "./store";
import { words } from "./words";
import "./camera.css";

/** The frame, as a share of the view, in from each side. */
const INSET = 0.06;

type Trouble = "refused" | "missing" | "busy" | "unplugged";

/** Where a page may ask for a camera at all. */
export const hasCamera = (): boolean => typeof navigator.mediaDevices?.getUserMedia === "function";

export function Camera({ close }: { close: () => void }) {
  const view = useRef<HTMLVideoElement>(null);
  const box = useRef<HTMLElement>(null);
  const shows = useSignal(false);
  const trouble = useSignal<Trouble | null>(null);

  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
      stream = null;
    };
    const fail = (what: Trouble): void => {
      stop();
      shows.value = false;
      trouble.value = what;
      say(() => words.value.camera[what]);
    };
    const start = async (): Promise<void> => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } },
        });
      } catch (error) {
        if (!gone) fail(troubleOf(error));
        return;
      }
      // Left while the browser was asking.
      if (gone) return stop();
      for (const track of stream.getVideoTracks()) track.addEventListener("ended", () => fail("unplugged"));
      if (view.current) view.current.srcObject = stream;
    };
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === "Escape") close();
    };
    addEventListener("keydown", onKey);
    box.current?.focus();
    void start();
    return () => {
      gone = true;
      removeEventListener("keydown", onKey);
      stop();
    };
  }, []);

  const take = async (): Promise<void> => {
    const file = view.current && (await framed(view.current));
    if (!file) return;
    close();
    await open(file);
  };
  const { camera } = words.value;
  return (
    <section
      class="camera"
      ref={box}
      tabIndex={-1}
      aria-label={camera.title}
      data-testid="camera"
    >
      {trouble.value ? (
        <p class="picture-fault" role="alert" data-testid="camera-trouble">
          <Live text={camera[trouble.value]} />
        </p>
      ) : (
        <div class="camera-view" data-shows={shows.value} style={{ "--inset": `${String(100 * INSET)}%` }}>
          <video
            ref={view}
            // A phone would play it in a window of its own.
            playsInline
            muted
            autoplay
            aria-label={camera.view}
            onLoadedData={() => (shows.value = true)}
          />
          <span class="camera-frame" aria-hidden="true" />
          {shows.value ? null : (
            <p>
              <Live text={camera.starting} />
            </p>
          )}
        </div>
      )}
      <div class="picture-open">
        {trouble.value ? null : (
          <button type="button" class="button primary" disabled={!shows.value} data-testid="camera-take" onClick={() => void take()}>
            {camera.take}
          </button>
        )}
        <button type="button" class="button" data-testid="camera-close" onClick={close}>
          {camera.close}
        </button>
        {trouble.value ? null : <p class="faint">{camera.aim}</p>}
      </div>
    </section>
  );
}

function troubleOf(error: unknown): Trouble {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    default:
      return "busy";
  }
}

/** What is in the frame now, as a file; null where there is nothing to see yet. */
async function framed(view: HTMLVideoElement): Promise<File | null> {
  const [w, h] = [view.videoWidth, view.videoHeight];
  const width = Math.round(w * (1 - 2 * INSET));
  const height = Math.round(h * (1 - 2 * INSET));
  if (width < 1 || height < 1) return null;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(view, w * INSET, h * INSET, width, height, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.95));
  return blob && new File([blob], "camera.jpg", { type: blob.type });
}
