import { assertEquals } from "@std/assert";
import { isSecretName, isSecretVariable } from "../../lib/secrets/mod.ts";

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

const VARIABLES = {
  holds: ["X_API_KEY", "SHOP_KEY", "TOKEN", "shopToken", "API_TOKEN_2", "DB_PASSWORD", "APIKEY"],
  leaves: ["TENANT", "TOKEN_URL", "SORT_KEY", "API_KEY_ID", "MONKEY", "AUTHOR", "REGION", "KEYS"],
};

Deno.test("isSecretVariable() says which variables hold a credential by their names", () => {
  assertEquals(VARIABLES.holds.filter((name) => !isSecretVariable(name)), []);
  assertEquals(VARIABLES.leaves.filter(isSecretVariable), []);
});
