/** What both ways were taught and still read, and how they stand in the test: lines, and a table of the same. */
import { t, type Dictionary } from "../i18n";
import { Lines } from "../ui/lines";
import type { Exam, Experiment, Mark } from "../worker/protocol";
import "../ui/list-table.css";

/** Before the lessons have been chosen. */
const USUAL = 40;

type What = "taught" | "exam";

/** What is seen, in words; empty before the first lesson. */
export function outcome({ experiment: words }: Dictionary, marks: readonly Mark[]): string {
  const [first, last] = [marks[0], marks.at(-1)];
  if (!first || !last || marks.length < 2) return "";
  const right = (pair: readonly [Exam, Exam]): [number, number] => [pair[0].right, pair[1].right];
  return `${words.after(marks.length - 1, ...right(last.taught))} ${words.test(first.exam[0].right, ...right(last.exam), first.exam[0].total)}`;
}

/** Up to where the chart of the test goes: the next full hundred, so that it stands still while the lines grow. */
export function ceilingOf(marks: readonly Mark[]): number {
  const most = Math.max(...marks.flatMap(({ exam }) => exam.map(({ right }) => right)), 1);
  return Math.ceil(most / 100) * 100;
}

export function Curves({ experiment }: { experiment: Experiment }) {
  const { marks } = experiment;
  const lessons = experiment.lessons || USUAL;
  return (
    <div class="experiment-curves">
      <Curve what="taught" marks={marks} lessons={lessons} to={lessons} />
      <Curve what="exam" marks={marks} lessons={lessons} to={ceilingOf(marks)} />
    </div>
  );
}

function Curve({ what, marks, lessons, to }: { what: What; marks: readonly Mark[]; lessons: number; to: number }) {
  const { experiment: words, n } = t.value;
  const line = (way: 0 | 1) => {
    const values = marks.map((mark) => mark[what][way].right);
    return { values, name: `${words.ways[way]} ${n.whole(values.at(-1) ?? 0)}` };
  };
  const [original, ours] = [line(0), line(1)];
  const { title, more } = words[what];
  return (
    <figure>
      <figcaption>
        <h2>{title}</h2>
        <p class="faint">{more}</p>
      </figcaption>
      <Lines
        label={`${title}. ${more}: ${n.list([original.name, ours.name], "and")}.`}
        testid={`experiment-${what}`}
        network={ours}
        other={original}
        from={0}
        to={to}
        last={lessons}
        at={marks.length - 1}
        room={96}
        said={n.whole}
        feet={["0", words.lessons(lessons)]}
        best={what === "taught"}
      />
    </figure>
  );
}

export function Numbers({ marks }: { marks: readonly Mark[] }) {
  const { experiment: words, n } = t.value;
  const ways = (
    <>
      <th scope="col">{words.ways[0]}</th>
      <th scope="col">{words.ways[1]}</th>
    </>
  );
  return (
    // A list that scrolls must be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div class="list-table" tabIndex={0} role="group" aria-label={words.numbers}>
      <table data-testid="experiment-table">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {words.lesson}
            </th>
            <th scope="colgroup" colSpan={2}>
              {words.taught.title}
            </th>
            <th scope="colgroup" colSpan={2}>
              {words.exam.title}
            </th>
          </tr>
          <tr>
            {ways}
            {ways}
          </tr>
        </thead>
        <tbody>
          {marks.map(({ label, taught, exam }, lesson) => (
            <tr key={lesson}>
              <th scope="row">{label === null ? words.before : words.taughtA(lesson, label)}</th>
              {[...taught, ...exam].map(({ right, total }, i) => (
                <td key={i}>{total === 0 ? "–" : n.whole(right)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
