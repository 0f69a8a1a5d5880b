/** Numbers in a picture: opened here, read in the worker, shown with a box a digit. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { handed } from "../state/picture";
import { say } from "../state/status";
import { Live } from "../ui/live";
import { Camera, hasCamera } from "./camera";
import { chosen, correct, fault, isOpen, meant, numbers, open, reading, restore, seen, text, type Digit } from "./store";
import { words } from "./words";
import "./picture.css";

const KEYS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export function PictureScreen() {
  const now = seen.value;
  /** The camera is on. */
  const live = useSignal(false);
  // What was dropped or pasted before the screen was there, and since.
  useEffect(
    () =>
      handed.subscribe((file) => {
        if (!file) return;
        handed.value = null;
        live.value = false;
        void open(file);
      }),
    [],
  );
  const { title, lead, help, drop } = words.value;
  return (
    <div class="picture" data-read={now !== null}>
      <h1 tabIndex={-1}>{title}</h1>
      {now ? null : <p class="lead">{lead}</p>}
      <Open live={live} />
      {live.value ? <Camera close={() => (live.value = false)} /> : null}
      {now || live.value ? null : (
        <>
          <p>{drop}</p>
          <p class="faint">{help}</p>
        </>
      )}
      <Fault />
      {now && !live.value ? (
        <div class="picture-both">
          <Sheet />
          <Side />
        </div>
      ) : null}
    </div>
  );
}

function Open({ live }: { live: Signal<boolean> }) {
  const { choose, another, photograph, live: use } = words.value;
  if (live.value) return null;
  return (
    <div class="picture-open">
      <Chooser testid="open-picture" label={seen.value ? another : choose} primary={!seen.value} />
      <span class="picture-camera">
        <Chooser testid="take-picture" label={photograph} capture />
      </span>
      {hasCamera() ? (
        <button type="button" class="button" data-testid="open-camera" onClick={() => (live.value = true)}>
          {use}
        </button>
      ) : null}
      {reading.value ? (
        <p class="faint" data-testid="picture-reading">
          {words.value.reading}
        </p>
      ) : null}
    </div>
  );
}

function Chooser({ testid, label, primary = false, capture = false }: { testid: string; label: string; primary?: boolean; capture?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        class="unseen"
        type="file"
        tabIndex={-1}
        // The button below is its name and its place for everyone.
        aria-hidden="true"
        accept="image/*"
        capture={capture ? "environment" : undefined}
        data-testid={testid}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void open(file);
          event.currentTarget.value = "";
        }}
      />
      <button type="button" class={`button${primary ? " primary" : ""}`} onClick={() => input.current?.click()}>
        {label}
      </button>
    </>
  );
}

function Fault() {
  const code = fault.value;
  if (!code) return null;
  return (
    <p class="picture-fault" role="alert" data-testid="picture-fault">
      <Live text={words.value.faults[code]} />
    </p>
  );
}

function Sheet() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = seen.value;
  const picture = now?.picture;
  useLayoutEffect(() => {
    if (picture) canvas.current?.getContext("2d")?.drawImage(picture, 0, 0);
  }, [picture]);
  if (!now) return null;
  return (
    <section class="picture-sheet" aria-label={words.value.picture} style={{ aspectRatio: `${now.width} / ${now.height}`, "--ratio": now.width / now.height }}>
      <canvas ref={canvas} width={now.width} height={now.height} />
      {now.digits.map((digit, i) => (
        <Box key={i} digit={digit} index={i} />
      ))}
    </section>
  );
}

function Box({ digit, index }: { digit: Digit; index: number }) {
  const { width = 1, height = 1 } = seen.value ?? {};
  const [x, y, w, h] = digit.box;
  const share = (part: number, of: number): string => `${((100 * part) / of).toFixed(3)}%`;
  const value = meant(digit);
  const { box, noDigit } = words.value;
  return (
    <button
      type="button"
      class="picture-box"
      data-testid="picture-digit"
      data-open={isOpen(digit)}
      data-none={value === null}
      aria-label={box(value === null ? noDigit : String(value), digit.line, digit.place, isOpen(digit))}
      aria-pressed={chosen.value === index}
      style={{ left: share(x, width), top: share(y, height), width: share(w, width), height: share(h, height) }}
      onClick={() => (chosen.value = index)}
      onFocus={() => (chosen.value = index)}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (/^\d$/.test(event.key)) void correct(index, Number(event.key));
        else if (event.key === "Delete" || event.key === "Backspace") void correct(index, "none");
        else return;
        event.preventDefault();
      }}
    >
      <span translate={false}>{value ?? "×"}</span>
    </button>
  );
}

function Side() {
  const now = seen.value;
  if (!now) return null;
  const say = words.value;
  const { length } = now.digits;
  return (
    <div class="picture-side">
      {length > 0 ? <Numbers /> : null}
      {length > 0 ? (
        <p class="faint">
          <Live text={say.read(length, now.digits.filter(isOpen).length)} />
        </p>
      ) : (
        <>
          <p data-testid="picture-none">{say.none}</p>
          <p class="faint">{say.noneMore}</p>
        </>
      )}
      {now.animated ? <p class="faint">{say.animated}</p> : null}
      {length > 0 ? <Correct /> : null}
    </div>
  );
}

function Numbers() {
  const { copy, copied, notCopied, numbers: name } = words.value;
  const toClipboard = async (): Promise<void> => {
    const done = await navigator.clipboard?.writeText(text.peek()).then(
      () => true,
      () => false,
    );
    say(() => (done ? copied : notCopied));
  };
  return (
    <section class="picture-numbers" aria-label={name}>
      {/* As it is copied, line by line. */}
      <output class="picture-text" data-testid="number" translate={false}>
        {numbers.value.map((line, l) => (
          <span key={l} class="picture-line">
            {l > 0 ? "\n" : ""}
            {line.map((digit, i) => (
              <span key={i} data-open={isOpen(digit)}>
                {digit.apart && i > 0 ? " " : ""}
                {meant(digit)}
              </span>
            ))}
          </span>
        ))}
      </output>
      <button type="button" class="button" data-testid="copy-number" onClick={() => void toClipboard()}>
        {copy}
      </button>
    </section>
  );
}

function Correct() {
  const index = chosen.value;
  const digit = index === null ? undefined : seen.value?.digits[index];
  const say = words.value;
  if (index === null || !digit) return <p class="picture-correct">{say.touch}</p>;
  const { said } = digit;
  const told =
    said === "none" ? say.leftOut : said === null ? say.which(String(digit.digit), isOpen(digit)) : say.youSay(String(said));
  return (
    <section class="picture-correct" data-testid="picture-correct">
      <p>
        <Live text={told} />
      </p>
      <div class="picture-keys">
        {KEYS.map((key) => (
          <button
            key={key}
            type="button"
            class="key"
            data-testid={`picture-is-${key}`}
            aria-label={say.itIs(String(key))}
            aria-pressed={meant(digit) === key && said !== null}
            translate={false}
            onClick={() => void correct(index, key)}
          >
            {key}
          </button>
        ))}
      </div>
      <button type="button" class="button" data-testid="picture-is-none" onClick={() => (said === "none" ? restore(index) : void correct(index, "none"))}>
        {said === "none" ? say.again : say.isNot}
      </button>
      <p class="faint picture-by-key">{say.keys}</p>
    </section>
  );
}
