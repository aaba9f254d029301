"""The shared shell of all pages: templates, language, forms, refusals for people and programs, security headers, static files.

Words: the *shell* is what stands around a page (header, bottom bar, foot); a *form* is what somebody typed, kept until it is right; a
*language* is one entry of `LANGUAGES` and one catalogue under `locales/`. It knows no slice: slices call `render`, extend `web/page.html`,
`web/plain.html` or `web/desk.html`, and take their parts from `web/parts.html`. Sources of styles and scripts are in `assets/`, built by
`build.mjs` into `static/` under hashed names.
"""
