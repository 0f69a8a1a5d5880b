/** One lesson, slowly: what it would do, stop by stop. Nothing is taught. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { Live } from "../ui/live";
import type { InsideAnswer, InsideLesson, InsideTrace } from "../worker/inside";
import { useAnswer } from "./asked";
import { number } from "./ladder";
import { layerName } from "./names";
import { plain as calculator } from "./numbers";
import { calm, inside, looked } from "./store";
import { words } from "./words";
import "./lesson.css";

/** So many of many units stand in a table. */
const SHOWN = 10;

type Way = "plain" | "own";

export function Lesson() {
  const told = calm.value;
  const { lesson: say } = words.value;
  const label = useSignal<number | null>(null);
  if (!told) return null;
  if (told.empty) return <p>{say.empty}</p>;
  return (
    <div class="lesson-slow">
      <p>{say.says}</p>
      <div class="digits-row" role="group" aria-label={say.was}>
        <span aria-hidden="true">{say.was}</span>
        {told.answer.probabilities.map((_, digit) => (
          <button
            key={digit}
            type="button"
            class="key"
            aria-label={say.wasA(digit)}
            aria-pressed={digit === label.value}
            data-testid={`lesson-${digit}`}
            onClick={() => (label.value = digit)}
          >
            {digit}
          </button>
        ))}
      </div>
      {label.value === null ? null : <Told told={told} label={label.value} />}
    </div>
  );
}

function Told({ told, label }: { told: InsideTrace; label: number }) {
  const { lesson: say } = words.value;
  const { value, going } = useAnswer(() => inside.lesson(looked(), label), [told, label]);
  const way = useSignal<Way | null>(null);
  const at = useSignal(0);
  const shown: Way = way.value ?? (value?.original || told.model === "classic" ? "plain" : "own");
  useEffect(() => {
    at.value = 0;
  }, [label, shown]);
  if (!value) return <p role="status">{going ? say.going : ""}</p>;
  const stops = shown === "plain" ? plainStops(told, value, label) : ownStops(value);
  const titles = say[shown].titles;
  const stop = Math.min(at.value, stops.length - 1);
  const last = stops.length - 1;
  const step = (by: number, name: string, id: string) => (
    // Not `disabled`: the focus stays on the button when it has led to the end.
    <button
      type="button"
      class="button"
      data-testid={id}
      aria-disabled={!(stop + by >= 0 && stop + by <= last)}
      onClick={() => (at.value = Math.max(0, Math.min(last, stop + by)))}
    >
      {name}
    </button>
  );
  return (
    <section class="part" aria-label={say.ways[shown]}>
      <div class="row">
        <label class="field">
          <span>{say.way}</span>
          <select value={shown} data-testid="lesson-way" onChange={(event) => (way.value = event.currentTarget.value as Way)}>
            {(["plain", "own"] as const).map((each) => (
              <option key={each} value={each}>
                {say.ways[each]}
              </option>
            ))}
          </select>
        </label>
        <span class="faint">{value.original ? say.usual.plain : say.usual.own}</span>
      </div>
      <div class="lesson-steps row">
        {step(-1, say.previous, "lesson-back")}
        {step(1, say.next, "lesson-next")}
        <p aria-live="polite">
          <Live text={`${say.stop(stop + 1, stops.length)}: ${titles[stop] ?? ""}`} />
        </p>
      </div>
      <h2>{titles[stop]}</h2>
      {stops[stop]}
      <Costs lesson={value} />
    </section>
  );
}

/** What each way does to what it could read before. */
function Costs({ lesson: { exam, plain, own } }: { lesson: InsideLesson }) {
  const { lesson: say } = words.value;
  return (
    <div class="lesson-costs">
      <h3>{say.costs}</h3>
      {exam ? (
        <ul>
          <li>
            {say.ways.plain}: {say.exam(exam.right, plain.exam.right, plain.exam.total)}
          </li>
          <li>
            {say.ways.own}: {say.exam(exam.right, own.exam.right, own.exam.total)}
          </li>
        </ul>
      ) : (
        <p>{say.examNone}</p>
      )}
    </div>
  );
}

function plainStops(told: InsideTrace, { plain }: InsideLesson, label: number): ComponentChildren[] {
  const { lesson: say } = words.value;
  const { plain: words_ } = say;
  const { target, error, deltas, afterSteps, rate, steps } = plain;
  const outputs = target.map((should, digit) => (error[digit] ?? 0) + should);
  const last = told.layers.at(-1);
  const sort = told.answer.softmax ? words_.outputsSoftmax : last?.activation === "sigmoid" ? words_.outputs : words_.outputsLinear;
  const digits = outputs.map((_, digit) => String(digit));
  const [top, ...below] = deltas;
  const binary = (deltas.at(-1)?.inputs ?? new Float32Array()).every((x) => x === 0 || x === 1);
  const rateSaid = number(rate).replace(/0+$/, "");
  return [
    <>
      <p>{words_.answer}</p>
      <Table head={[say.output, say.now]} names={digits} columns={[outputs]} />
    </>,
    <>
      <p>{words_.error(label)}</p>
      <Table head={[say.output, say.now, say.target, say.error]} names={digits} columns={[outputs, target, error]} />
    </>,
    <>
      <p>{sort}</p>
      <Table head={[say.output, say.error, say.delta]} names={digits} columns={[error, Array.from(top?.delta ?? [])]} />
    </>,
    below.length === 0 ? (
      <p>{words_.hiddenNone}</p>
    ) : (
      <>
        <p>{words_.hidden}</p>
        {below.map(({ layer, delta }) => (
          <Largest key={layer} name={nameOf(told, layer)} head={[say.unit, say.delta]} columns={[Array.from(delta)]} />
        ))}
      </>
    ),
    <>
      <p>
        {words_.step(rateSaid)} {binary ? words_.binary : ""}
      </p>
      {deltas.map(({ layer, delta }) => (
        <Largest key={layer} name={nameOf(told, layer)} head={[say.unit, say.delta, say.moves]} columns={[Array.from(delta), Array.from(delta, (each) => -rate * each)]} />
      ))}
    </>,
    <>
      <p>{words_.again(steps)}</p>
      <Table
        head={[say.output, say.before, words_.after(1), words_.after(steps)]}
        names={digits}
        columns={[outputs, afterSteps[0] ?? [], afterSteps.at(-1) ?? []]}
      />
    </>,
  ];
}

const nameOf = (told: InsideTrace, layer: number): string => {
  const of = told.layers[layer];
  return of ? layerName(of) : "";
};

function ownStops({ before, own }: InsideLesson): ComponentChildren[] {
  const { lesson: say } = words.value;
  const digits = before.probabilities.map((_, digit) => String(digit));
  const chances = ({ probabilities }: InsideAnswer): readonly number[] => probabilities;
  const share = own.length > 0 ? own.distance / own.length : 0;
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumSignificantDigits: 2 }).format(share);
  return [
    <>
      <p>{say.own.answer}</p>
      <Table head={[say.output, say.now]} names={digits} columns={[chances(before)]} />
    </>,
    <p>{own.confirmed ? say.own.confirmed : say.own.change(own.steps, t.value.n.whole(own.moved), percent)}</p>,
    <>
      <p>{say.own.weights}</p>
      <Table head={[say.output, say.before, say.now]} names={digits} columns={[chances(before), chances(own.weights)]} />
    </>,
    <>
      <p>{say.own.memory}</p>
      <Table head={[say.output, say.before, say.now]} names={digits} columns={[chances(before), chances(own.after)]} />
    </>,
  ];
}

function Table({ head, names, columns, caption }: { head: readonly string[]; names: readonly string[]; columns: readonly (readonly number[])[]; caption?: string }) {
  return (
    <table class="ladder lesson-table" data-testid="lesson-table">
      {caption ? <caption>{caption}</caption> : null}
      <thead>
        <tr>
          {head.map((name, i) => (
            <th key={name} scope="col" class={i > 0 ? "ladder-number" : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {names.map((name, row) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {columns.map((column, i) => (
              <td key={i} class="ladder-number" data-value={calculator(column[row] ?? 0)} translate={false}>
                {number(column[row] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of many units those whose number in the first column is the farthest from zero. */
function Largest({ name, head, columns }: { name: string; head: readonly string[]; columns: readonly (readonly number[])[] }) {
  const first = columns[0] ?? [];
  const order = first.map((_, unit) => unit).sort((a, b) => Math.abs(first[b] ?? 0) - Math.abs(first[a] ?? 0));
  const shown = first.length > SHOWN ? order.slice(0, SHOWN) : first.map((_, unit) => unit);
  const { largest } = words.value.lesson;
  return (
    <Table
      caption={first.length > SHOWN ? `${name}. ${largest(shown.length, first.length)}` : name}
      head={head}
      names={shown.map(String)}
      columns={columns.map((column) => shown.map((unit) => column[unit] ?? 0))}
    />
  );
}
