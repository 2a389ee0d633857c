/**
 * What a 429 or 503 may say about the wait, by the name it has after `=` in a fault
 * (`quakes:429=retry-after-date:3@page2`); the number is the wait in seconds.
 *
 * The forms are those of RFC 9110, section 10.2.3 and 5.6.7, of the IETF's RateLimit drafts (the newer
 * structured one and the older three fields), and of what widely used APIs really send.
 */
export const RETRY_HINTS = {
  "retry-after": { wait: true, meaning: "Retry-After in seconds." },
  "retry-after-date": { wait: true, meaning: "Retry-After as an IMF-fixdate." },
  "retry-after-rfc850": { wait: true, meaning: "Retry-After as an RFC 850 date, two-digit year." },
  "retry-after-asctime": { wait: true, meaning: "Retry-After as an asctime date." },
  "ratelimit": { wait: true, meaning: "RateLimit and RateLimit-Policy, structured fields." },
  "ratelimit-fields": {
    wait: true,
    meaning: "RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset, the older draft.",
  },
  "x-ratelimit": { wait: true, meaning: "X-RateLimit-Reset as an epoch in seconds." },
  "x-ratelimit-delta": { wait: true, meaning: "X-RateLimit-Reset as seconds from now." },
  "zero": { wait: false, meaning: "Retry-After: 0." },
  "past": { wait: false, meaning: "Retry-After as a date that has passed." },
  "malformed": { wait: false, meaning: "Retry-After that fits no form." },
  "none": { wait: false, meaning: "No header about the wait." },
  "html": { wait: false, meaning: "No header about the wait, and an HTML page as the body." },
} as const satisfies Record<string, { wait: boolean; meaning: string }>;

/** Name of a form in {@linkcode RETRY_HINTS}. */
export type RetryHintForm = keyof typeof RETRY_HINTS;
