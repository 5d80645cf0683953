import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Where the development server finds the program that answers /api.
const server = process.env.KONTOR_URL ?? "http://127.0.0.1:8500";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": server } },
  // The served Content-Security-Policy allows no inline code, so nothing may be inlined into index.html.
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The libraries change rarely: their own file stays in the browser's cache when the app is updated.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "vendor", test: /node_modules/ }] } } },
    chunkSizeWarningLimit: 700,
  },
  test: { include: ["src/**/*.test.{ts,tsx}", "scripts/*.test.mjs"] },
});
