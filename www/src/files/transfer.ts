/** Files in and out. Nothing leaves the machine: a download is a file made here, an upload is one read here. */
import { signal } from "@preact/signals";
import { complain, engine, phase, revision } from "../engine/state";
import { say } from "../engine/status";
import { sentence, type Dictionary } from "../i18n";
import { UPLOAD_LIMIT, type EngineError, type FileOut, type Result, type Upload } from "../worker/protocol";

export interface Opened {
  name: string;
  outcome: { upload: Upload } | { error: EngineError };
}

/** What came of the latest file, until it is put away. */
export const opened = signal<Opened | null>(null);
export const opening = signal(false);

/** Hands the bytes to the browser as a download. */
export async function download(result: Promise<Result<FileOut>>): Promise<void> {
  const answer = await result;
  if (!answer.ok) {
    complain(answer.error);
    return;
  }
  const { name, bytes } = answer.value;
  // A copy with a buffer of its own: what came from the engine may be a view on something larger.
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers read the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  say((words) => words.status.downloaded(name));
}

export async function openFile(file: File): Promise<void> {
  if (opening.value) return;
  opening.value = true;
  opened.value = null;
  say((words) => words.files.opening);
  const result = await read(file);
  opening.value = false;
  if (result.ok) {
    const upload = result.value;
    opened.value = { name: file.name, outcome: { upload } };
    revision.value += 1;
    say((words) => reportOf(upload, words));
  } else {
    opened.value = { name: file.name, outcome: { error: result.error } };
    say((words) => sentence(words, result.error));
  }
}

async function read(file: File): Promise<Result<Upload>> {
  if (phase.value !== "ready") return fault("worker-failed", "the engine is not ready");
  // Refused by its size alone: two gigabytes must not be read to find out that they are not ours.
  if (file.size > UPLOAD_LIMIT) return fault("too-large", `${file.name} has ${file.size} bytes`);
  try {
    return await engine.upload(file.name, new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    return fault("cut-short", `${file.name} could not be read: ${String(error)}`);
  }
}

function fault(code: string, message: string): { ok: false; error: EngineError } {
  return { ok: false, error: { code, message } };
}

export function reportOf(upload: Upload, words: Dictionary): string {
  const { files } = words;
  switch (upload.kind) {
    case "model":
      return files.opened.model(upload.model ? words.model.names[upload.model] : "");
    case "pesos":
      return files.opened.pesos;
    case "project":
      return files.opened.project(upload.examplesAdded);
    case "examples":
      return files.opened.examples(upload.examplesAdded, upload.examplesKnown);
  }
}
