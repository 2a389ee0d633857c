import { z } from "zod";
import {
  address,
  checkHeaderSecret,
  choice,
  headerSecret,
  mapping,
  plain,
  type SchemaContext,
  secret,
  text,
  variant,
} from "../../../config/mod.ts";

/** How requests prove who sends them. */
export function authSchema(context: SchemaContext) {
  return z.discriminatedUnion("type", [
    mapping({
      type: variant("bearer", "`Authorization: Bearer <token>` on every request."),
      token: headerSecret(context).describe("The token."),
    }),
    mapping({
      type: variant("api_key", "A key in a header or in the query of every request."),
      in: choice(["header", "query"]).describe("Where the key travels."),
      name: plain("the name of a header or a query parameter")
        .describe("Name of the header or query parameter."),
      value: secret(context).describe("The key."),
    }).superRefine(({ in: place, value }, issues) => {
      if (place === "header") checkHeaderSecret(value, issues, ["value"]);
    }),
    mapping({
      type: variant("basic", "User name and password (RFC 7617) on every request."),
      username: text(context, "a user name").describe("User name."),
      password: secret(context).describe("Password."),
    }),
    mapping({
      type: variant(
        "oauth2_client_credentials",
        "A token from a token endpoint (RFC 6749, 4.4), fetched again before it expires.",
      ),
      token_url: address(context).describe("Address of the token endpoint."),
      client_id: text(context, "a client id").describe("Client id."),
      client_secret: secret(context).describe("Client secret."),
      scope: plain("scopes joined by spaces").exactOptional().describe("Scopes to ask for."),
      client_auth: choice(["basic", "body"]).default("basic")
        .describe("Whether id and secret go into the `Authorization` header or into the form."),
    }),
    mapping({
      type: variant(
        "oauth2_refresh_token",
        "A token from a token endpoint by a refresh token (RFC 6749, 6), fetched again before it expires; one that the " +
          "server replaces is used for the rest of the run, and the log says so.",
      ),
      token_url: address(context).describe("Address of the token endpoint."),
      client_id: text(context, "a client id").describe("Client id."),
      client_secret: secret(context).exactOptional()
        .meta({ fallback: "none: a public client", description: "Client secret." }),
      refresh_token: secret(context).describe("The refresh token."),
      scope: plain("scopes joined by spaces").exactOptional().describe("Scopes to ask for."),
      client_auth: choice(["basic", "body"]).default("basic")
        .describe("Whether id and secret go into the `Authorization` header or into the form."),
    }),
    mapping({ type: variant("none", "Requests carry no credentials.") }),
  ], { error: "a mapping with the key type" });
}
