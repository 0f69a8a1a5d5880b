/** A file leaves the page: as a download, or where there are no downloads as something to share. */

type HandedTo = "browser" | "app" | "nobody";

/**
 * Pages on the home screen of an iPhone, and those within another app, show a downloaded file where it can neither be
 * saved nor left again; what they have is the sheet for sharing.
 */
export function hasNoDownloads(agent: string, homeScreen: boolean): boolean {
  const withinAnApp = /\bwv\b|FBA[NV]\/|Instagram|\bLine\/|(?:iPhone|iPad|iPod).*AppleWebKit(?!.*Safari\/)/.test(agent);
  return homeScreen || withinAnApp;
}

/** Must be called soon after a click: browsers share only what a person asked for. */
export async function handOver(name: string, bytes: Uint8Array): Promise<HandedTo> {
  // A copy with a buffer of its own: what came from the engine may be a view on something larger.
  const file = new File([new Uint8Array(bytes)], name, { type: "application/octet-stream" });
  const here: Navigator & { standalone?: boolean } = navigator;
  if (hasNoDownloads(here.userAgent, here.standalone === true) && canShare(file)) {
    try {
      await here.share({ files: [file] });
      return "app";
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return "nobody";
      // Not allowed here, or no longer: then as a download.
    }
  }
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers read the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return "browser";
}

function canShare(file: File): boolean {
  return "canShare" in navigator && navigator.canShare({ files: [file] });
}
