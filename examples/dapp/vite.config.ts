import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** One static page: what `vite build` leaves in `dist` can be served from anywhere, beside a `network.json`. */
export default defineConfig({ root: fileURLToPath(new URL('.', import.meta.url)), base: './', build: { target: 'es2022' } })
