/** Something to turn on and off, with its name and what it does. */
interface Props {
  testid: string;
  on: boolean;
  name: string;
  about: string;
  /** Told of the box, whose `checked` is what the person chose. */
  onChange: (box: HTMLInputElement) => void;
}

export function Switch({ testid, on, name, about, onChange }: Props) {
  return (
    <label class="switch">
      <input type="checkbox" data-testid={testid} checked={on} onChange={(event) => onChange(event.currentTarget)} />
      <span class="switch-name">{name}</span>
      <span class="switch-about">{about}</span>
    </label>
  );
}
