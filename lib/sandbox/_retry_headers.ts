import type { RetryHint } from "./fault.ts";
import { asctimeDate, imfFixdate, rfc850Date } from "./_http_date.ts";

/** Returns the headers that tell a client to wait; dates count from the second of the Date header. */
export function retryHeaders(hint: RetryHint, now: number): Record<string, string> {
  const { form, seconds } = hint;
  const epoch = Math.floor(now / 1000);
  const until = (epoch + seconds) * 1000;
  switch (form) {
    case "retry-after":
      return { "Retry-After": String(seconds) };
    case "retry-after-date":
      return { "Retry-After": imfFixdate(until) };
    case "retry-after-rfc850":
      return { "Retry-After": rfc850Date(until) };
    case "retry-after-asctime":
      return { "Retry-After": asctimeDate(until) };
    case "ratelimit":
      return {
        "RateLimit-Policy": `"default";q=20;w=${Math.max(1, seconds)}`,
        "RateLimit": `"default";r=0;t=${seconds}`,
      };
    case "ratelimit-fields":
      return {
        "RateLimit-Limit": "20",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": String(seconds),
      };
    case "x-ratelimit":
      return exhausted(epoch + seconds);
    case "x-ratelimit-delta":
      return exhausted(seconds);
    case "zero":
      return { "Retry-After": "0" };
    case "past":
      return { "Retry-After": imfFixdate(now - 3_600_000) };
    case "malformed":
      return { "Retry-After": "in a moment" };
    case "none":
    case "html":
      return {};
  }
}

function exhausted(reset: number): Record<string, string> {
  return {
    "X-RateLimit-Limit": "60",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": String(reset),
  };
}
