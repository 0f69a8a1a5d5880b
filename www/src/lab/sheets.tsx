/** A question of the Lab on a sheet of paper, and for the teacher what comes of it on a second one. */
import { href, place } from "../router";
import { GUIDES, STEPS } from "./guides";
import { words } from "./words";
import "./sheets.css";

/** A step is tried, written down and talked about in about so many minutes; and so many for what is around it. */
const MINUTES = { step: 5, around: 5 };

export function Sheets() {
  const { sheets, guides } = words.value;
  const number = GUIDES[Number(place.value.part) - 1] ? Number(place.value.part) : 1;
  const which = GUIDES[number - 1] ?? "adding";
  const { question, more, answers, changes, why } = guides[which];
  const steps = STEPS[which];
  const setups = [sheets.first, ...changes];
  const address = new URL(href("lab", { e: String(number) }), location.href).href;
  return (
    <div class="sheets">
      <article class="sheet" data-testid="sheet">
        <p class="sheet-head">
          <span>
            Trazo · {sheets.number(number)} · {sheets.minutes(MINUTES.around + MINUTES.step * steps.length)}
          </span>
          <span class="sheet-name">{sheets.name}</span>
        </p>
        <h1 tabIndex={-1}>{question}</h1>
        <button type="button" class="button" data-testid="sheet-print" onClick={() => print()}>
          {sheets.print}
        </button>
        <p>
          <strong>{sheets.aim}.</strong> {sheets.aims[which]}
        </p>
        <ol>
          <li>
            <p>
              {sheets.open} <a href={address}>{address}</a>
            </p>
            <p>{more}</p>
          </li>
          <li>
            <p>{sheets.guess}</p>
            <ul class="sheet-guesses">
              {answers.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
            <p>{sheets.because}</p>
            <Lines of={1} />
          </li>
          <li>
            <p>{sheets.watch}</p>
            <table>
              <thead>
                <tr>
                  {sheets.table.map((each) => (
                    <th key={each} scope="col">
                      {each}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {setups.map((each) => (
                  <tr key={each}>
                    <th scope="row">{each}</th>
                    {sheets.table.slice(1).map((column) => (
                      <td key={column}>{"\u00A0"}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </li>
          <li>
            <p>{sheets.compare}</p>
            <Lines of={2} />
          </li>
          <li>
            <p>{sheets.explain}</p>
            <Lines of={4} />
          </li>
        </ol>
      </article>
      <article class="sheet sheet-key" data-testid="sheet-key">
        <h2>
          {sheets.key} · {sheets.number(number)}
        </h2>
        <dl>
          {steps.map(({ seen }, at) => (
            <div key={setups[at]}>
              <dt>{setups[at]}</dt>
              <dd>
                <strong>{answers[seen]}.</strong> {why[at]}
              </dd>
            </div>
          ))}
        </dl>
        <p class="faint">{sheets.keyMore}</p>
      </article>
      <nav class="sheet-others" aria-label={sheets.other}>
        <h2>{sheets.other}</h2>
        <ol>
          {GUIDES.map((each, at) => (
            <li key={each}>
              <a href={`#/sheets/${at + 1}`} aria-current={each === which ? "page" : undefined}>
                {guides[each].question}
              </a>
            </li>
          ))}
        </ol>
      </nav>
    </div>
  );
}

/** Room to write on. */
function Lines({ of }: { of: number }) {
  return (
    <div class="sheet-lines" aria-hidden="true">
      {Array.from({ length: of }, (_, i) => (
        <hr key={i} />
      ))}
    </div>
  );
}
