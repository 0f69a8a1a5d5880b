/** The two looks at all examples together: how many it read at first sight, and what it takes for what. */
import { t } from "../i18n";
import { called } from "../i18n/labels";
import { href } from "../router";
import { Live } from "../ui/live";
import { all, classes, queryOf } from "./list";
import { knows, mixed } from "./knows";

/** Marks in a row: as many as a phone shows in two lines. */
const TRAIL = 30;

export function Knows() {
  const { knows: words } = t.value;
  const { trail, right, asked, enough } = knows.value;
  const shown = trail.slice(-TRAIL);
  return (
    <section>
      <h2>{words.title}</h2>
      <p class="knows-score" data-testid="knows">
        <Live text={enough ? words.score(right, asked) : words.tooFew} />
      </p>
      {shown.length > 0 ? (
        <ol class="trail" aria-label={words.trail}>
          {shown.map((each) => (
            <li key={each.key} data-right={each.right}>
              <span aria-hidden="true" translate={false}>
                {called(each.label)}
              </span>
              <span class="unseen">{words.mark(each.label, each.right)}</span>
            </li>
          ))}
        </ol>
      ) : null}
      <p class="faint">{words.more}</p>
    </section>
  );
}

export function Mixups() {
  const { knows: words } = t.value;
  if (all.value.length === 0) return null;
  const rows = classes.value;
  const columns = [...rows, null];
  return (
    <section>
      <h2 id="mixups">{words.mixups}</h2>
      <p class="faint">{words.mixupsMore}</p>
      <table class="mixups" aria-labelledby="mixups" data-testid="mixups" translate={false}>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">{words.mixups}</span>
            </th>
            {columns.map((answer) => (
              <th key={answer} scope="col">
                {answer === null ? <abbr title={words.unsure}>?</abbr> : <bdi>{called(answer)}</bdi>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((label, place) => (
            <tr key={label}>
              <th scope="row">
                <bdi>{called(label)}</bdi>
              </th>
              {columns.map((answer, at) => {
                const amount = mixed.value[place]?.[at] ?? 0;
                return (
                  <td key={answer} data-kind={amount === 0 ? "none" : answer === label ? "right" : "wrong"}>
                    {amount === 0 ? "" : <Cell label={label} answer={answer} amount={amount} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A number that opens the drawings it counts. */
function Cell({ label, answer, amount }: { label: number; answer: number | null; amount: number }) {
  const { knows: words, n } = t.value;
  return (
    <a href={href("examples", queryOf({ digit: label, wrong: false, answer }))} aria-label={words.cell(label, answer, amount)}>
      {n.whole(amount)}
    </a>
  );
}
