/** What it takes for what: a table whose numbers open the digits they count. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Live } from "../ui/live";
import { Pixels } from "../ui/pixels";
import type { LabMistakes } from "../worker/lab-protocol";
import type { Run } from "./run";
import { lookInside } from "./take-along";
import { words } from "./words";

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
/** Pictures that come at once. */
const PIECE = 12;

interface Cell {
  label: number;
  answer: number;
}

const opened = signal<Cell | null>(null);

export function Confusion({ run }: { run: Run }) {
  const { confusion: title, confusionMore, confusionNone } = words.value;
  const table = run.confusion.value;
  return (
    <section class="lab-confusion" aria-labelledby="lab-confusion">
      <h2 id="lab-confusion">{title}</h2>
      <p class="faint">{table ? confusionMore : confusionNone}</p>
      {table ? (
        <>
          <Table counts={table.counts} />
          {opened.value ? <Mistakes key={`${opened.value.label} ${opened.value.answer}`} run={run} cell={opened.value} /> : null}
        </>
      ) : null}
    </section>
  );
}

function Table({ counts }: { counts: readonly number[] }) {
  const { confusion: title, cell } = words.value;
  return (
    <table class="lab-cells" aria-labelledby="lab-confusion" data-testid="lab-confusion" translate={false}>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">{title}</span>
          </th>
          {DIGITS.map((answer) => (
            <th key={answer} scope="col">
              {answer}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {DIGITS.map((label) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {DIGITS.map((answer) => {
              const amount = counts[label * 10 + answer] ?? 0;
              return (
                <td key={answer} data-kind={amount === 0 ? "none" : label === answer ? "right" : "wrong"}>
                  {amount === 0 ? null : (
                    <button
                      type="button"
                      aria-label={cell(label, answer, amount)}
                      aria-expanded={opened.value?.label === label && opened.value.answer === answer}
                      onClick={() => (opened.value = { label, answer })}
                    >
                      {t.value.n.whole(amount)}
                    </button>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The digits of one cell, as they were when it was opened. */
function Mistakes({ run, cell: { label, answer } }: { run: Run; cell: Cell }) {
  const all = words.value;
  const found = useSignal<LabMistakes | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const fetchMore = async (): Promise<void> => {
    const before = found.peek()?.digits ?? [];
    const result = await run.lab.mistakes("validation", label, answer, before.length, PIECE);
    if (result.ok) found.value = { total: result.value.total, digits: [...before, ...result.value.digits] };
  };
  useEffect(() => {
    void fetchMore().then(() => heading.current?.focus());
  }, []);
  const { total, digits } = found.value ?? { total: 0, digits: [] };
  return (
    <div class="lab-mistakes" data-testid="lab-mistakes">
      <h3 tabIndex={-1} ref={heading}>
        <Live text={found.value ? all.mistakes(label, answer, total) : all.loading} />
      </h3>
      <ul>
        {digits.map(({ place, pixels, chance, label: is, answer: read }) => (
          <li key={place}>
            <Pixels input={{ width: 28, height: 28, pixels }} label={all.mistake(is, read, chance)} />
            <span aria-hidden="true" translate={false}>
              {all.sure(chance)}
            </span>
            <button type="button" class="lab-look" aria-label={`${all.lookInside}: ${all.mistake(is, read, chance)}`} data-testid="lab-look" onClick={() => void lookInside(run, { pixels, label: is })}>
              {all.lookInside}
            </button>
          </li>
        ))}
      </ul>
      <div class="row">
        {digits.length < total ? (
          <button type="button" class="button" onClick={() => void fetchMore()}>
            {all.more}
          </button>
        ) : null}
        <button type="button" class="button quiet" onClick={() => (opened.value = null)}>
          {all.close}
        </button>
      </div>
    </div>
  );
}
