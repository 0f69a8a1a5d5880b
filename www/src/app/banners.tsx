/** What the person must know before going on: storage that does not keep, a damaged save, a network of an earlier day. */
import { engine, recoveredSeen, settle, snapshot } from "../state/engine";
import { atLength } from "../state/kept";
import { say } from "../state/status";
import { download } from "../files/transfer";
import { toLatest } from "../history/travel";
import { t } from "../i18n";
import { applyUpdate, postponeUpdate, updateReady } from "../offline/update";
import { href, route } from "../router";
import "../ui/banner.css";

export function Banners() {
  return (
    <>
      <Storage />
      <Recovered />
      <Update />
      <Earlier />
    </>
  );
}

/** The network stands at an earlier moment of its history. The screen of the history shows that by itself. */
function Earlier() {
  const { history: words } = t.value;
  const ahead = snapshot.value?.momentsAhead ?? 0;
  if (ahead === 0 || route.value === "history") return null;
  return (
    <section class="banner slim" data-testid="earlier">
      <p>
        <a href={href("history")}>{words.earlier(ahead)}</a> <span>{words.earlierMore}</span>
      </p>
      <button type="button" class="button" data-testid="to-latest" onClick={toLatest}>
        {words.latest}
      </button>
    </section>
  );
}

function Storage() {
  const words = t.value;
  const storage = snapshot.value?.storage;
  if (!storage || ["saved", "saving", "fresh"].includes(storage.state)) return null;
  const takeOver = async (): Promise<void> => {
    if (settle(await engine.takeOver())) say((all) => all.status.tookOver);
  };
  return (
    <section class="banner" data-testid="storage-banner" data-state={storage.state}>
      <div>
        <p>{atLength(words, storage)}</p>
        {storage.state === "failed" ? (
          <details>
            <summary>{words.failed.detail}</summary>
            <code>{storage.detail}</code>
          </details>
        ) : null}
      </div>
      {storage.state === "reading-along" ? (
        <button type="button" class="button" data-testid="take-over" onClick={() => void takeOver()}>
          {words.storage.takeOver}
        </button>
      ) : (
        <button
          type="button"
          class="button"
          data-testid="banner-download"
          onClick={() => void download(engine.downloadProject())}
        >
          {words.storage.downloadProject}
        </button>
      )}
    </section>
  );
}

function Recovered() {
  const words = t.value.storage;
  const recovered = snapshot.value?.recovered;
  if (!recovered || recoveredSeen.value) return null;
  return (
    <section class="banner" data-testid="recovered">
      <p>{words.recovered[recovered.used]}</p>
      <div class="row">
        {recovered.damagedBytes > 0 ? (
          <button
            type="button"
            class="button"
            data-testid="download-damaged"
            onClick={() => void download(engine.downloadDamaged())}
          >
            {words.downloadDamaged(recovered.damagedBytes)}
          </button>
        ) : null}
        <button type="button" class="button" onClick={() => (recoveredSeen.value = true)}>
          {words.dismiss}
        </button>
      </div>
    </section>
  );
}

function Update() {
  const words = t.value.update;
  if (!updateReady.value) return null;
  return (
    <section class="banner" data-testid="update">
      <p>{words.ready}</p>
      <div class="row">
        <button type="button" class="button primary" data-testid="update-now" onClick={applyUpdate}>
          {words.now}
        </button>
        <button type="button" class="button" onClick={postponeUpdate}>
          {words.later}
        </button>
      </div>
    </section>
  );
}
