import { snapshot } from "../state/engine";
import { t } from "../i18n";
import { href } from "../router";
import { chooseFingers, chooseOneDigit, chooseShortcuts, fingers, oneDigit, shortcuts } from "../settings/preferences";
import { Switch } from "../ui/switch";
import { sourceOf } from "./source";
import "./about.css";

export function AboutScreen() {
  const words = t.value.about;
  const build = snapshot.value?.build;
  return (
    <div class="text">
      <h1 tabIndex={-1}>{words.title}</h1>
      <p class="lead">{words.what}</p>
      <section>
        <h2>{words.privacyTitle}</h2>
        <p>{words.privacy}</p>
      </section>
      <section>
        <h2>{words.keptTitle}</h2>
        <p>{words.kept}</p>
      </section>
      <section>
        <h2>{words.howTitle}</h2>
        <p>{words.how}</p>
      </section>
      <section>
        <h2>{words.inkTitle}</h2>
        <p>{words.ink}</p>
      </section>
      <section>
        <h2>{words.keysTitle}</h2>
        <dl class="keys">
          {words.keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <Switch testid="shortcuts" on={shortcuts.value} name={words.shortcuts} about={words.shortcutsMore} onChange={(box) => chooseShortcuts(box.checked)} />
        <Switch testid="fingers" on={fingers.value} name={words.fingers} about={words.fingersMore} onChange={(box) => chooseFingers(box.checked)} />
        <Switch testid="one-digit" on={oneDigit.value} name={words.oneDigit} about={words.oneDigitMore} onChange={(box) => chooseOneDigit(box.checked)} />
      </section>
      <section>
        <h2>{words.offlineTitle}</h2>
        <p>{words.offline}</p>
      </section>
      <section>
        <h2>{words.creditTitle}</h2>
        <p>{words.credit}</p>
        <Links />
        {build ? <p class="faint">{words.build(build)}</p> : null}
      </section>
    </div>
  );
}

/** To read on: in the repository where that is known, else what the site itself has. */
function Links() {
  const { links } = t.value.about;
  const source = sourceOf(location);
  return (
    <ul class="links">
      <li>
        <a href={href("embed")}>{t.value.about.embed}</a>
      </li>
      {source ? (
        <li>
          <a href={source}>{links.source}</a>
        </li>
      ) : null}
      <li>
        <a href="./model-card.html">{links.card}</a>
      </li>
      {source ? (
        <li>
          <a href={`${source}/blob/HEAD/LICENSE`}>{links.license}</a>
        </li>
      ) : null}
      <li>
        <a href="./licenses.html">{links.licenses}</a>
      </li>
    </ul>
  );
}
