import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { go, href } from "../router";
import { exampleCount, phase } from "../state/engine";
import { OpenButton } from "../files/open";
import { opened } from "../files/opening";
import { TakingIn } from "../files/taking-in";
import { t } from "../i18n";
import { called } from "../i18n/labels";
import { Symbols } from "../symbols/section";
import { Train } from "../train/train";
import { Live } from "../ui/live";
import type { Example } from "../worker/protocol";
import { Detail } from "./detail";
import { Export } from "./export";
import { Hand } from "./hand-section";
import { Picture } from "../drawing/picture";
import { Knows, Mixups } from "./score";
import { followHand, hand } from "./hand";
import { all, chosen, counts, filter, follow, isWrong, loading, PAGE, page, pages, queryOf, total, type Filter } from "./list";
import "./examples.css";

export function ExamplesScreen() {
  useEffect(follow, []);
  useEffect(followHand, []);
  const words = t.value.examples;
  const empty = phase.value === "ready" && exampleCount.value === 0;
  return (
    <div class="examples">
      <div class="examples-head">
        <h1 tabIndex={-1}>{words.title}</h1>
        <p>
          <span>
            <strong data-testid="example-count" translate={false}>
              {t.value.n.whole(exampleCount.value)}
            </strong>{" "}
            <Live text={words.countOnly(exampleCount.value)} />
          </span>
          {all.value.length > 0 ? <RightOf /> : null}
        </p>
        {opened.value ? null : <TakingIn />}
      </div>
      {empty ? (
        <div class="examples-none">
          <p>{words.none}</p>
          <p>
            <a class="button" href={href("draw")}>
              {words.noneButton}
            </a>
          </p>
        </div>
      ) : (
        <>
          <Filters />
          <MixedUp />
          <Grid />
          <Pages />
        </>
      )}
      <Hand />
      <Symbols />
      {empty && hand.value.length === 0 ? null : (
        <div class="examples-looks">
          <Knows />
          <Mixups />
        </div>
      )}
      <div class="examples-foot">
        {empty ? null : (
          <section>
            <h2>{t.value.train.title}</h2>
            <p>{t.value.train.more}</p>
            <Train />
          </section>
        )}
        <section>
          <h2>{words.carry}</h2>
          {empty ? null : <Export />}
          <OpenButton label={words.import} testid="import-examples" />
        </section>
      </div>
    </div>
  );
}

function RightOf() {
  const { examples } = t.value;
  const have = all.value.length;
  const reading = loading.value && have < total.value;
  return (
    <span class="faint">
      <Live text={reading ? examples.loading(have, total.value) : examples.rightOf(have - counts.value.wrong, have)} />
    </span>
  );
}

function choose(filter: Filter, to = 1): void {
  go("examples", queryOf(filter, to));
}

/** What a cell of the mix-ups leaves, in words. It comes from below: the eye, and whoever hears the page, is led up to it. */
function MixedUp() {
  const { examples: words } = t.value;
  const { digit, answer } = filter.value;
  const heading = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    heading.current?.scrollIntoView({ block: "center" });
    heading.current?.focus({ preventScroll: true });
  }, [digit, answer]);
  if (digit === null || answer === undefined) return null;
  return (
    <div class="row mixed-up">
      <p ref={heading} tabIndex={-1} data-testid="mixed-up">
        <Live text={words.mixedUp(digit, answer)} />
      </p>
      <button type="button" class="button quiet" onClick={() => choose({ digit: null, wrong: false })}>
        {words.showAll}
      </button>
    </div>
  );
}

function Filters() {
  const { examples, n } = t.value;
  const { digit, wrong, answer } = filter.value;
  const { byDigit, wrong: wrongCount } = counts.value;
  return (
    <div class="filters" role="group" aria-label={examples.filter}>
      <button type="button" class="filter" aria-pressed={digit === null && !wrong && answer === undefined} onClick={() => choose({ digit: null, wrong: false })}>
        {examples.all}
      </button>
      {Array.from(byDigit, ([each, amount]) => (
        <button
          key={each}
          type="button"
          class="filter digit"
          data-testid={`filter-${each}`}
          aria-label={examples.digit(each, amount)}
          aria-pressed={digit === each}
          onClick={() => choose({ digit: digit === each ? null : each, wrong })}
        >
          <span translate={false}>
            <bdi>{called(each)}</bdi> <small>{n.whole(amount)}</small>
          </span>
        </button>
      ))}
      <button
        type="button"
        class="filter"
        data-testid="filter-wrong"
        aria-pressed={wrong}
        onClick={() => choose({ digit, wrong: !wrong })}
      >
        {examples.wrong} <small translate={false}>{n.whole(wrongCount)}</small>
      </button>
    </div>
  );
}

function Grid() {
  const words = t.value.examples;
  const open = useSignal<number | null>(null);
  const shown = chosen.value.slice((page.value - 1) * PAGE, page.value * PAGE);
  const one = open.value === null ? null : all.value.find((example) => example.id === open.value);
  if (shown.length === 0 && !loading.value) {
    return <p class="examples-none">{filter.value.wrong ? words.allRight : words.noneMatch}</p>;
  }
  return (
    <>
      <ul class="grid">
        {shown.map((example) => (
          <li key={example.id}>
            <Tile example={example} onOpen={() => (open.value = example.id)} />
          </li>
        ))}
      </ul>
      {one ? <Detail example={one} onClose={() => (open.value = null)} /> : null}
    </>
  );
}

function Tile({ example, onOpen }: { example: Example; onOpen: () => void }) {
  const words = t.value.examples;
  const { label, answer } = example;
  return (
    <button type="button" class="tile" data-testid="example" onClick={onOpen}>
      <Picture example={example} />
      <span class="unseen">
        <Live text={words.tile(label, answer)} />
      </span>
      <span class="tile-label" aria-hidden="true" translate={false}>
        <bdi>{called(label)}</bdi>
      </span>
      {isWrong(example) ? (
        <span class="tile-answer" aria-hidden="true" translate={false}>
          {answer === null ? "?" : called(answer)}
        </span>
      ) : null}
    </button>
  );
}

function Pages() {
  const words = t.value.examples;
  const amount = chosen.value.length;
  if (amount <= PAGE) return null;
  const from = (page.value - 1) * PAGE;
  const turn = (to: number): void => {
    if (to >= 1 && to <= pages.value) choose(filter.value, to);
  };
  return (
    <nav class="pages" aria-label={words.pages}>
      <button type="button" class="button" aria-disabled={page.value === 1} onClick={() => turn(page.value - 1)}>
        {words.newer}
      </button>
      <p>
        <Live text={words.page(from + 1, Math.min(amount, from + PAGE), amount)} />
      </p>
      <button
        type="button"
        class="button"
        data-testid="next-page"
        aria-disabled={page.value === pages.value}
        onClick={() => turn(page.value + 1)}
      >
        {words.older}
      </button>
    </nav>
  );
}
