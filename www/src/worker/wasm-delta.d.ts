/** See `./delta-plugin`. */
declare module "*.wasm?delta=../simd/trazo_web_bg.wasm" {
  const url: string;
  export default url;
}
