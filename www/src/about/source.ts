/** The repository of a page that GitHub serves: its name is in the address. Null elsewhere, where nobody knows. */
export function sourceOf({ hostname, pathname }: { hostname: string; pathname: string }): string | null {
  const owner = /^([a-z0-9-]+)\.github\.io$/i.exec(hostname)?.[1];
  if (!owner) return null;
  const folder = pathname.split("/")[1];
  // A page at the root is that of the repository that has the name of the site.
  return `https://github.com/${owner}/${folder && !folder.includes(".") ? folder : `${owner}.github.io`}`;
}
