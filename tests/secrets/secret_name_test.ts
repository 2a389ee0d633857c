import { assertEquals } from "@std/assert";
import { isSecretName } from "../../lib/secrets/mod.ts";

const SECRET = [
  "Authorization",
  "x-api-key",
  "apiKey",
  "API_KEY",
  "Set-Cookie",
  "password",
  "TOKEN",
];
const OPEN = ["name", "token_url", "cursor", "next_token_path", "keys", "primary_key", ""];

for (const name of SECRET) {
  Deno.test(`isSecretName() says true when the name is "${name}"`, () => {
    assertEquals(isSecretName(name), true);
  });
}
for (const name of OPEN) {
  Deno.test(`isSecretName() says false when the name is "${name}"`, () => {
    assertEquals(isSecretName(name), false);
  });
}
