/** Questions to try: a guess, a run, what came of it, and one thing to change. */
import { signal } from "@preact/signals";
import { href } from "../router";
import type { LabSetup } from "../worker/lab-protocol";
import { answerOf, GUIDES, nameOf, STEPS, type Answer, type Guide, type Step } from "./guides";
import { encodeAll } from "./both";
import { sameSetup } from "./link";
import { f, guide, run as chosenRun } from "./store";
import { shareOf } from "./thin";
import { words } from "./words";

/** What was guessed, by the name of the step. */
const guessed = signal<Readonly<Record<string, Answer>>>({});

/** To a step; beside it the run that it changes one thing of. */
const linkTo = (which: Guide, at: number, beside: readonly LabSetup[] = []): string => href("lab", { ...encodeAll([...beside, (STEPS[which][at] as Step).setup]), e: nameOf(which, at) });

export function Guided() {
  const { guides } = words.value;
  const now = guide.value;
  return (
    <>
      <details class="lab-questions" open={now === null ? undefined : false}>
        <summary>{guides.title}</summary>
        <ol data-testid="lab-questions">
          {GUIDES.map((each) => (
            <li key={each}>
              <a href={linkTo(each, 0)} aria-current={now?.guide === each ? "true" : undefined}>
                {guides[each].question}
              </a>
            </li>
          ))}
        </ol>
        <p>
          <a href="#/sheets/1" data-testid="lab-sheets">
            {words.value.sheets.link}
          </a>
        </p>
      </details>
      {now ? <Question key={nameOf(now.guide, now.at)} {...now} /> : null}
    </>
  );
}

function Question({ guide: which, at, step }: { guide: Guide; at: number; step: Step }) {
  const { guides } = words.value;
  const { question, more, answers, changes } = guides[which];
  const name = nameOf(which, at);
  const run = chosenRun.value;
  const made = run.made.value;
  const its = sameSetup(run.setup.value, step.setup);
  const over = run.state.value === "over" && made !== null && sameSetup(made.setup, step.setup);
  return (
    <section class="lab-guide" aria-labelledby="lab-guide" data-testid="lab-guide">
      <h2 id="lab-guide">{question}</h2>
      <p>{at === 0 ? more : changes[at - 1]}</p>
      <fieldset>
        <legend>{guides.guess}</legend>
        {answers.map((text, i) => (
          <label key={text} class="lab-check">
            <input type="radio" name="lab-guess" checked={guessed.value[name] === i} disabled={over} data-testid={`lab-guess-${i}`} onChange={() => (guessed.value = { ...guessed.value, [name]: i as Answer })} />
            {text}
          </label>
        ))}
      </fieldset>
      {over ? <Seen which={which} at={at} step={step} guess={guessed.value[name]} /> : <p class="faint">{its ? guides.press : guides.changed}</p>}
      <p class="row">
        {over ? (
          <>
            <span>{guides.now}:</span>
            {STEPS[which].map((_, i) =>
              i === at ? null : (
                <a key={i} class="button" href={linkTo(which, i, [step.setup])} data-testid={`lab-step-${i}`}>
                  {i === 0 ? guides.back : changes[i - 1]}
                </a>
              ),
            )}
          </>
        ) : null}
        <a class="button quiet" href={href("lab", encodeAll([run.setup.value]))}>
          {guides.leave}
        </a>
      </p>
    </section>
  );
}

/** What came of it, read off the run. */
function Seen({ which, at, step, guess }: { which: Guide; at: number; step: Step; guess: Answer | undefined }) {
  const { guides } = words.value;
  const { answers, why } = guides[which];
  const figures = chosenRun.value.latest.value?.validation[step.old ? 1 : 0];
  const share = figures ? shareOf(figures) : null;
  if (share === null) return null;
  const answer = answerOf(step, share);
  const text = answers[answer] ?? "";
  return (
    <div class="lab-seen" role="status" data-testid="lab-seen-answer" data-answer={answer}>
      <p>
        <strong>{(step.old ? guides.seenOld : guides.seen)(f.value.percent(share), text)}</strong> {guess === undefined ? "" : guess === answer ? guides.right : guides.other(answers[guess] ?? "")}
      </p>
      {/* What is said of the usual outcome is said where it came out so. */}
      {answer === step.seen ? <p>{why[at]}</p> : null}
    </div>
  );
}
