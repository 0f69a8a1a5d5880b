import { href } from "../router";
import { t } from "../i18n";
import "./link.css";

/** The way to the experiment, where forgetting comes up. */
export function ExperimentLink() {
  return (
    <p class="experiment-link">
      <a href={href("experiment")} data-testid="experiment-link">
        {t.value.experiment.link}
      </a>
    </p>
  );
}
