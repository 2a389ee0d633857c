import { z } from "zod";
import {
  address,
  checkHeaderSecret,
  choice,
  dotPath,
  expand,
  headerName,
  headerSecret,
  mapping,
  plain,
  report,
  type SchemaContext,
  secret,
  soleVariable,
  text,
  variablesIn,
  variant,
} from "../../../config/mod.ts";
import { isSecretName, Secret } from "../../../secrets/mod.ts";

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
      client_auth: clientAuth(),
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
      client_auth: clientAuth(),
    }),
    sessionSchema(context),
    mapping({ type: variant("none", "Requests carry no credentials.") }),
  ], { error: "a mapping with the key type" });
}

function clientAuth() {
  return choice(["basic", "body"]).default("basic")
    .describe("Whether id and secret go into the `Authorization` header or into the form.");
}

/** A request that signs in. */
function sessionSchema(context: SchemaContext) {
  return mapping({
    type: variant(
      "session",
      "A POST that signs in: the token that it answers, or its cookies, is sent with every request; after a 401, or a redirect to `login_url`, it is posted again.",
    ),
    login_url: address(context).describe("Address that it is posted to."),
    fields: z.record(z.string(), loginField(context), { error: "a mapping" })
      .superRefine((fields, issues) => {
        for (const [name, value] of Object.entries(fields)) {
          if (!isSecretName(name) || typeof value !== "string") continue;
          report(issues, '"${NAME}", for it is a credential', [name]);
        }
      }).describe(
        "What is posted: texts, and for each credential the `${NAME}` of its variable.",
      ),
    encoding: choice(["json", "form"]).default("json")
      .describe("Whether the fields are posted as a JSON object or as a form."),
    token: dotPath().exactOptional().meta({
      fallback: "the cookies of the answer are sent",
      description: "Where the token is in the answer, which is JSON.",
    }),
    header: headerName().exactOptional().meta({
      fallback: "`Authorization: Bearer <token>`",
      description: "Header that carries the token; any but `Authorization` holds it alone.",
    }),
  }).refine(({ token, header }) => header === undefined || token !== undefined, {
    path: ["header"],
    error: "the key token next to it",
    params: { kind: "form" },
  });
}

function loginField(context: SchemaContext) {
  const wanted = 'a text, or "${NAME}" alone';
  return plain(wanted).transform((value, issues) => {
    const name = soleVariable(value);
    if (name === undefined && variablesIn(value).length === 0) return value;
    if (name === undefined) {
      report(issues, wanted);
      return z.NEVER;
    }
    const found = expand(value, { issues, context });
    return found === undefined ? z.NEVER : new Secret(found, name);
  }).meta({ form: 'text or "${NAME}"' });
}
