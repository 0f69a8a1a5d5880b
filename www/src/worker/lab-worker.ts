/** A worker of the Lab: the first of them leads, a second one helps (see `./lab-desk`). Loaded when the Lab is. */
import { code, message } from "./failure";
import { LabDesk, Second, type Between, type FromLab, type ToLab } from "./lab-desk";
import { fetchModels, loadWasm, type Wasm } from "./load";

const post = (said: FromLab, transfer: Transferable[] = []): void => self.postMessage(said, transfer);
const fatal = (error: unknown): void =>
  post({ fatal: { code: code(error) ?? "worker-failed", message: `The Lab's worker stopped: ${message(error)}` } });

async function load(avoidRelaxed: boolean): Promise<Wasm> {
  const { wasm, loadRest } = await loadWasm(avoidRelaxed);
  await loadRest();
  return wasm;
}

let desk: Promise<LabDesk> | null = null;

async function lead(port: MessagePort | null, avoidRelaxed: boolean): Promise<LabDesk> {
  const leader = new LabDesk(await load(avoidRelaxed), port, post, async () => (await fetchModels())[1]);
  if (port) port.onmessage = ({ data }: MessageEvent<Between>) => leader.heard(data);
  return leader;
}

async function help(port: MessagePort, avoidRelaxed: boolean): Promise<void> {
  const second = new Second(await load(avoidRelaxed), port);
  port.onmessage = ({ data }: MessageEvent<Between>) => {
    try {
      second.heard(data);
    } catch (error) {
      fatal(error);
    }
  };
}

self.addEventListener("unhandledrejection", (event) => fatal(event.reason));
self.onmessage = ({ data }: MessageEvent<ToLab>) => {
  if ("lead" in data) {
    desk = lead(data.lead.port, data.lead.avoidRelaxed);
    desk.catch(fatal);
  } else if ("second" in data) {
    help(data.second.port, data.second.avoidRelaxed).catch(fatal);
  } else if ("alone" in data) {
    void desk?.then((leader) => leader.alone());
  } else {
    void desk?.then((leader) => leader.answer(data));
  }
};
