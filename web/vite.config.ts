import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { partsOf } from "./scripts/parts.mjs";

// Where the development server finds the program that answers /api.
const server = process.env.KONTOR_URL ?? "http://127.0.0.1:8500";

/** Of KaTeX's fonts the one form that every browser of today reads; its styles name two older ones as well. */
const onlyWoff2 = {
  name: "katex-only-woff2",
  enforce: "pre",
  transform(code: string, id: string) {
    if (!id.includes("katex.min.css")) return null;
    return code.replace(/,url\(fonts\/[\w-]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, "");
  },
} as const;

/** For the page about the program: what `kontor parts` lists of these pages. */
const parts = {
  name: "parts",
  resolveId: (id: string) => (id === "virtual:parts" ? `\0${id}` : null),
  load: (id: string) =>
    id === "\0virtual:parts" ? `export default ${JSON.stringify(partsOf(import.meta.dirname))};` : null,
};

export default defineConfig({
  plugins: [onlyWoff2, parts, react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": server, "/ws": { target: server, ws: true } } },
  // The served Content-Security-Policy allows no inline code, so nothing may be inlined into index.html.
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The libraries change rarely: their own files stay in the browser's cache when the app is updated. What only the
    // conversations use stands in a file that only they load; what every page needs is one file, which compresses better than six.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "first",
              test: /node_modules\/(?:react|react-dom|scheduler|react-router|i18next|react-i18next|zustand|use-sync-external-store)\//,
              priority: 2,
            },
            { name: "vendor", test: /node_modules/, entriesAware: true },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 700,
  },
  test: { include: ["src/**/*.test.{ts,tsx}", "scripts/*.test.mjs"], setupFiles: ["src/testing/setup.ts"] },
});
