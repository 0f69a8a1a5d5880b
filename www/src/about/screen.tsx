import { snapshot } from "../engine/state";
import { t } from "../i18n";
import { chooseShortcuts, shortcuts } from "../settings/preferences";

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
        <label class="switch">
          <input
            type="checkbox"
            data-testid="shortcuts"
            checked={shortcuts.value}
            onChange={(event) => chooseShortcuts(event.currentTarget.checked)}
          />
          <span class="switch-name">{words.shortcuts}</span>
          <span class="switch-about">{words.shortcutsMore}</span>
        </label>
      </section>
      <section>
        <h2>{words.offlineTitle}</h2>
        <p>{words.offline}</p>
      </section>
      <section>
        <h2>{words.creditTitle}</h2>
        <p>{words.credit}</p>
        {build ? <p class="faint">{words.build(build)}</p> : null}
      </section>
    </div>
  );
}
