import { assertEquals } from "@std/assert";
import { redactUrl } from "../../lib/api/mod.ts";
import { holdsCredential } from "../../lib/api/transport/redact_url.ts";

Deno.test("redactUrl() hides user, password and parameters that usually carry secrets", () => {
  const names = [
    "api_key",
    "apiKey",
    "access_token",
    "X-Amz-Signature",
    "client_secret",
    "KEY",
    "token",
  ];
  for (const name of names) {
    assertEquals(
      redactUrl(`https://a.example/x?${name}=s&p=1`),
      `https://a.example/x?${name}=***&p=1`,
    );
  }
  assertEquals(redactUrl("https://u:p@a.example/"), "https://***@a.example/");
});

Deno.test("redactUrl() hides the names it is told, however they are written", () => {
  assertEquals(
    redactUrl("https://a.example/?%41pp=s&x=1", ["app"]),
    "https://a.example/?%41pp=***&x=1",
  );
});

Deno.test("redactUrl() keeps page tokens and prints nothing of what is no URL", () => {
  assertEquals(redactUrl("https://a.example/?page_token=7&x"), "https://a.example/?page_token=7&x");
  assertEquals(redactUrl("token=abc"), "(not a URL)");
  assertEquals(redactUrl("https://a.example/?%zz=1"), "https://a.example/?%zz=1");
});

Deno.test("holdsCredential() looks at the user and the query of whole and relative URLs", () => {
  for (
    const url of [
      "https://u:p@a.example/",
      "//u@a.example/x",
      "https://a.example/x?p=1&X-Amz-Signature=s",
      "/x?access%5Ftoken=s",
      "?PHPSESSID=s#top",
    ]
  ) assertEquals(holdsCredential(url), true, url);
  for (
    const text of ["https://a.example/@u?p=1&q=u@b", "/x?page_token=7", "a?b", "token=1", "7", ""]
  ) {
    assertEquals(holdsCredential(text), false, text);
  }
});
