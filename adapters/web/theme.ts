/**
 * The colours that the browser paints around our pages.
 *
 * @module
 */

/** The page's background by the system's scheme; `styles.css` and `manifest.webmanifest` have the same. */
export const THEME = { light: "#f6f5f2", dark: "#0f1417" } as const;
