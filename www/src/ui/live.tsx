/**
 * A text that changes. Its element is made anew for each: a browser that translates the page puts elements of its own in the
 * place of text, and what is written into the old text then is seen by nobody.
 */
export function Live({ text }: { text: string }) {
  return <span key={text}>{text}</span>;
}
