/** Made by vite.config.ts: the packages that end up in the pages. */
declare module "virtual:parts" {
  const parts: readonly { name: string; version: string; license: string }[];
  export default parts;
}
