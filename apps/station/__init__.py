"""The counter station: pages for a browser, over the API. Server-side templates and our own small ES modules, no build step."""
