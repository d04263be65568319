import * as z from "zod/mini";

// The page's Content-Security-Policy has no 'unsafe-eval', and zod would try it and be reported. Imported before every schema.
z.config({ jitless: true });
