/** See `./delta-plugin`. */
declare module "delta:*" {
  const url: string;
  export default url;
}
