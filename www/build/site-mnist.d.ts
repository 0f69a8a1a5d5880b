/** The addresses of MNIST's four files, or null where the site does not carry them: see `mnist.ts`. */
declare module "site:mnist" {
  const addresses: readonly string[] | null;
  export default addresses;
}
