/** How far something has come; `text` is what a screen reader says of it. Hidden: heard, not seen. */
import "./progress.css";

export function Progress({ label, done, text, testid, hidden = false }: {
  label: string;
  /** 0 … 1 */
  done: number;
  text: string;
  testid: string;
  hidden?: boolean;
}) {
  return (
    <div
      class={hidden ? "unseen" : "progress"}
      role="progressbar"
      data-testid={testid}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(done * 100)}
      aria-valuetext={text}
    >
      <span style={`transform:scaleX(${done.toFixed(3)})`} />
    </div>
  );
}
