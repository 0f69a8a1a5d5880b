/** A stand-in for the engine while the page is built: `vite --mode mock`. Never shipped. */
import type {
  Drawing, EngineApi, EngineError, EngineEvent, Example, Exam, Lesson, ModelId, ModelInfo, NetworkInput, Reading, Result,
  Snapshot, StorageState, TeachQuestion, TrainProgress, Upload,
} from "../worker/protocol";

type EngineClient = { [K in keyof EngineApi]: (...a: Parameters<EngineApi[K]>) => Promise<ReturnType<EngineApi[K]>> };
const ok = <T>(value: T): Result<T> => ({ ok: true, value });
const no = (code: string): { ok: false; error: EngineError } => ({ ok: false, error: { code, message: `mock: ${code}` } });

export function connect(onEvent: (e: EngineEvent) => void): EngineClient {
  const q = new URLSearchParams(location.search);
  let failures = Number(q.get("fail") ?? 0);
  const n0 = Number(q.get("n") ?? 0);
  let examples: Example[] = [];
  let nextId = 1;
  let exam: Exam = { right: 487, total: 500 };
  let current: ModelId = "digits";
  let storage: StorageState = (q.get("storage") ? JSON.parse(q.get("storage") as string) : { state: "fresh" }) as StorageState;
  let undo: Snapshot["undo"] = null;
  let undoFn = () => {};
  let bias = new Map<string, number>();
  let lessons = 0;
  let originalWay = false;
  let progress: TrainProgress | null = null;
  let timer = 0;
  const models = (): ModelInfo[] => [
    { id: "digits", name: "digits", parameters: 61098, lessons, pristine: lessons === 0 },
    { id: "classic", name: "classic", parameters: 41110, lessons: 0, pristine: true },
  ];
  const snap = (): Snapshot => ({
    build: "relaxed", model: models().find((m) => m.id === current) as ModelInfo, models: models(), exampleCount: examples.length,
    exam, storage, recovered: q.get("recovered") ? { used: "older-snapshot", damagedBytes: 48213 } : null,
    persisted: q.get("persisted") !== "no", settings: { originalWay }, undo,
  });
  const key = (d: Drawing) => Array.from(d.points.slice(0, 40), (v) => Math.round(v / 40)).join();
  function pixels(d: Drawing): NetworkInput | null {
    const w = current === "digits" ? 28 : 20;
    if (d.ends.length === 0) return null;
    const px = new Uint8Array(w * w);
    let x0 = 0, y0 = 0, s = 1000;
    if (w === 28) {
      const xs = d.points.filter((_, i) => i % 2 === 0), ys = d.points.filter((_, i) => i % 2 === 1);
      const ax = Math.min(...xs), bx = Math.max(...xs), ay = Math.min(...ys), by = Math.max(...ys);
      s = (Math.max(bx - ax, by - ay, 40) * 28) / 19; x0 = (ax + bx) / 2 - s / 2; y0 = (ay + by) / 2 - s / 2;
    }
    const r = w === 28 ? 1.3 : 1;
    let from = 0;
    for (const end of d.ends) {
      for (let i = from; i < end; i++) {
        const j = Math.min(i + 1, end - 1);
        const ax = ((d.points[2 * i] ?? 0) - x0) / s * w, ay = ((d.points[2 * i + 1] ?? 0) - y0) / s * w;
        const bx = ((d.points[2 * j] ?? 0) - x0) / s * w, by = ((d.points[2 * j + 1] ?? 0) - y0) / s * w;
        const n = Math.ceil(Math.hypot(bx - ax, by - ay) * 3) + 1;
        for (let k = 0; k <= n; k++) {
          const cx = ax + (bx - ax) * k / n, cy = ay + (by - ay) * k / n;
          for (let y = Math.max(0, Math.floor(cy - 2)); y < Math.min(w, cy + 2); y++)
            for (let x = Math.max(0, Math.floor(cx - 2)); x < Math.min(w, cx + 2); x++) {
              const dd = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
              const v = Math.max(0, Math.min(1, r - dd + 0.5)) * 255;
              const at = y * w + x;
              px[at] = Math.max(px[at] ?? 0, w === 28 ? v : v > 127 ? 255 : 0);
            }
        }
      }
      from = end;
    }
    return { width: w, height: w, pixels: px };
  }
  function read(d: Drawing): Reading {
    const input = pixels(d);
    if (!input) return { digit: null, empty: true, sure: false, candidates: [], probabilities: Array(10).fill(0), input: null };
    let h = 7;
    for (let i = 0; i < d.points.length; i += 12) h = (h * 31 + Math.round((d.points[i] ?? 0) / 90)) >>> 0;
    const best = bias.get(key(d)) ?? h % 10;
    const second = (best + 6) % 10;
    const conf = bias.has(key(d)) ? 0.94 : 0.45 + ((h >> 8) % 55) / 100;
    const p = Array(10).fill((1 - conf) * 0.025) as number[];
    p[second] = (1 - conf) * 0.8; p[best] = conf;
    const sum = p.reduce((a, b) => a + b, 0);
    const probabilities = p.map((v) => v / sum);
    const sure = conf > 0.7;
    return { digit: sure ? best : null, empty: false, sure, candidates: sure ? [best] : [best, second], probabilities, input };
  }
  const save = () => {
    if (!["fresh", "saved", "saving"].includes(storage.state)) return;
    storage = { state: "saving" };
    onEvent({ event: "storage", storage, persisted: true });
    setTimeout(() => { storage = { state: "saved", at: Date.now(), bytes: 262144 }; onEvent({ event: "storage", storage, persisted: q.get("persisted") !== "no" }); }, 250);
  };
  function synth(i: number): Example {
    const pts: number[] = []; const label = i % 10; const r = 150 + (i * 37) % 200;
    for (let a = 0; a < 40; a++) { const th = a / 40 * Math.PI * (1 + label * 0.2) + i; pts.push(500 + Math.cos(th) * r * (1 + a / 90), 500 + Math.sin(th) * r); }
    return { id: nextId++, label, answer: i % 13 === 0 ? (label + 1) % 10 : i % 29 === 0 ? null : label, taughtAt: 1763800000000 + i * 60000, drawing: { points: new Float32Array(pts), ends: new Uint32Array([40]) }, picture: null };
  }
  for (let i = 0; i < n0; i++) examples.push(synth(i));
  const api: EngineApi = {
    start: () => { if (failures-- > 0) return no(q.get("code") ?? "wasm-failed"); return ok(snap()); },
    read: (d) => ok(read(d)),
    teach: (d, label, force): Result<Lesson | TeachQuestion> => {
      if (!force && d.ends.length === 0) return ok({ question: "blank" });
      if (!force && d.points.length <= 4) return ok({ question: "dot" });
      const other = examples.find((e) => e.drawing && key(e.drawing) === key(d) && e.label !== label);
      if (!force && other) return ok({ question: "conflict", otherLabel: other.label, otherId: other.id });
      const before = read(d); const old = bias.get(key(d)); const oldExamples = examples; const oldExam = exam;
      bias.set(key(d), label);
      examples = [...examples, { id: nextId++, label, answer: label, taughtAt: Date.now(), drawing: d, picture: null }];
      exam = { right: exam.right + (lessons % 3) - 1, total: 500 };
      lessons++;
      const after = read(d);
      undo = "lesson";
      undoFn = () => { if (old === undefined) bias.delete(key(d)); else bias.set(key(d), old); examples = oldExamples; exam = oldExam; lessons--; };
      save();
      setTimeout(() => onEvent({ event: "snapshot", snapshot: snap() }), 20);
      return ok({ label, confirmed: before.digit === label, before: before.probabilities, after: after.probabilities, learned: true, exampleCount: examples.length, examBefore: oldExam, examAfter: exam, changed: [], steps: 12, milliseconds: 83 });
    },
    undo: () => { if (!undo) return no("nothing-to-undo"); undoFn(); undo = null; save(); return ok(snap()); },
    selectModel: (id) => { current = id; return ok(snap()); },
    reset: () => { const l = lessons, b = bias; lessons = 0; bias = new Map(); undo = "reset"; undoFn = () => { lessons = l; bias = b; }; save(); return ok(snap()); },
    setSettings: (s) => { originalWay = s.originalWay; return ok(snap()); },
    downloadWeights: (f) => ok({ name: `${current}.${f === "pesos" ? "pkl" : f}`, bytes: new Uint8Array(10) }),
    downloadProject: () => ok({ name: "project.trazo", bytes: new Uint8Array(10) }),
    downloadExamples: () => ok({ name: "examples.jsonl", bytes: new Uint8Array(10) }),
    downloadDamaged: () => ok({ name: "damaged.bin", bytes: new Uint8Array(10) }),
    upload: (name): Result<Upload> => name.endsWith(".jsonl") ? ok({ kind: "examples", model: null, examplesAdded: 3, skipped: ["line 4: unknown label \"A\""] }) : no("not-trazo"),
    examples: (offset, limit) => ok({ total: examples.length, examples: examples.slice(offset, offset + limit) }),
    deleteExample: (id) => { const old = examples; examples = examples.filter((e) => e.id !== id); undo = "delete"; undoFn = () => { examples = old; }; save(); return ok(snap()); },
    relabelExample: (id, label) => { const old = examples; examples = examples.map((e) => e.id === id ? { ...e, label, answer: label } : e); undo = "relabel"; undoFn = () => { examples = old; }; save(); return ok(snap()); },
    trainStart: ({ seconds }) => {
      if (examples.length === 0) return no("no-examples");
      progress = { state: "running", done: 0, steps: 0, loss: 0.4, accuracy: 0.8, exam, samplesPerSecond: 21400 };
      timer = window.setInterval(() => {
        if (!progress || progress.state !== "running") return;
        const done = Math.min(1, progress.done + 0.25 / seconds);
        progress = { ...progress, done, steps: progress.steps + 12, accuracy: Math.min(1, 0.8 + done * 0.2), state: done >= 1 ? "finished" : "running" };
        if (done >= 1) { clearInterval(timer); undo = "training"; save(); onEvent({ event: "snapshot", snapshot: snap() }); }
        onEvent({ event: "training", progress });
      }, 250);
      return ok(progress);
    },
    trainPause: () => progress ? ok(progress = { ...progress, state: "paused" }) : no("x"),
    trainResume: () => progress ? ok(progress = { ...progress, state: "running" }) : no("x"),
    trainStop: () => { clearInterval(timer); return progress ? ok(progress = { ...progress, state: "stopped" }) : no("x"); },
    takeOver: () => { storage = { state: "saved", at: Date.now(), bytes: 1000 }; return ok(snap()); },
  };
  const delay: Partial<Record<keyof EngineApi, number>> = { start: Number(q.get("delay") ?? 300), teach: 90, read: 1 };
  return new Proxy({} as EngineClient, {
    get: (_, name: keyof EngineApi) => (...args: never[]) =>
      new Promise((resolve) => setTimeout(() => resolve((api[name] as (...a: never[]) => never)(...args)), delay[name] ?? 5)),
  });
}
